import type { Root } from 'hast';
import { defineComponent, type FunctionalComponent, h, onBeforeUnmount, shallowRef, watch } from 'vue';
import { markdownParts } from '../../src-main/common/markdown.ts';
import { drawnTree } from './tree.ts';

/** What came before is not drawn again when a further part comes. */
const Part: FunctionalComponent<{ tree: Root }> = ({ tree }) => tree.children.map(drawnTree);
Part.props = ['tree'];

/**
 * Markdown as elements: only what markdownTree lists, never HTML, pictures or links that lead anywhere. Of a long text the beginning is drawn at once,
 * and the rest part by part, with turns for everything else in between.
 */
export const MarkdownText = defineComponent({
  props: { text: { type: String, required: true } },
  setup(props) {
    const drawn = shallowRef<readonly Root[]>([]);
    let next: ReturnType<typeof setTimeout> | undefined;
    watch(
      () => props.text,
      (text) => {
        clearTimeout(next);
        drawn.value = [];
        const parts = markdownParts(text);
        const draw = (): void => {
          const part = parts.next();
          if (part.done) return;
          drawn.value = [...drawn.value, part.value];
          next = setTimeout(draw);
        };
        draw();
      },
      { immediate: true },
    );
    onBeforeUnmount(() => clearTimeout(next));
    return () =>
      h(
        'div',
        { class: 'markdown', dir: 'auto' },
        drawn.value.map((tree, key) => h(Part, { tree, key })),
      );
  },
});
