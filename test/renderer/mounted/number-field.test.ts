import { mount } from '@vue/test-utils';
import { expect, test } from 'vitest';
import NumberField from '../../../src-renderer/views/train/start/NumberField.vue';

function opened(value: number | null) {
  const page = mount(NumberField, { props: { value } });
  const input = page.get('input');
  const type = (text: string): Promise<void> => {
    input.element.value = text;
    return input.trigger('input');
  };
  return { page, input, type };
}

test('what is being typed stays, whatever changes on the page meanwhile', async () => {
  const { page, input, type } = opened(1024);
  await type('77');
  await page.setProps({ value: 2048 });
  expect(input.element.value).toBe('77');
  await input.trigger('change');
  expect(page.emitted('typed')).toEqual([[77]]);
  // It shows what holds: whoever has the number did not take the one that was typed.
  expect(input.element.value).toBe('2048');
});

test('nothing, and what is no number, is told as nothing', async () => {
  const { page, input, type } = opened(5);
  for (const text of ['', '1e']) {
    await type(text);
    await input.trigger('change');
  }
  expect(page.emitted('typed')).toEqual([[null], [null]]);
  expect(input.element.value).toBe('5');
});
