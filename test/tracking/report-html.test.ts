import { expect, test } from 'vitest';
import { type ReportContent, reportHtml } from '../../src-main/tracking/report-html.ts';
import { hostile, recordOf } from '../support/run-records.ts';

const report = (content: Partial<ReportContent> = {}): string =>
  reportHtml({
    name: 'A report',
    text: '',
    runs: [
      recordOf(),
      recordOf({ id: 2, name: 'reward-2', config: { method: 'gpt', learningRate: 0.002, epochs: 1 } }),
    ],
    metrics: null,
    madeAt: '2026-01-02T00:00:00.000Z',
    ...content,
  });

/** All a page may be made of, by name. */
const tags =
  'html head meta title style body h1 h2 h3 h4 p div span b em strong code pre blockquote ul ol li br hr figure figcaption svg line path circle text details summary table thead tbody tr th td bdi';
const attributes =
  'lang charset http-equiv content name class viewBox width height role aria-label aria-hidden x y x1 x2 y1 y2 cx cy r d fill stroke stroke-width stroke-linejoin stroke-dasharray text-anchor font-size scope colspan start';

/** The tags of a page with their attributes, as a parser sees them once the style sheet is out of the way. */
function elementsOf(page: string): readonly { readonly name: string; readonly attributes: readonly string[] }[] {
  const markup = page.replace(/<style>[\s\S]*?<\/style>/, '<style></style>');
  return [...markup.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-zA-Z0-9-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, name, rest]) => ({
      name: name!,
      attributes: [...(rest ?? '').matchAll(/([a-zA-Z0-9-]+)="[^"]*"/g)].map(([, key]) => key!),
    }),
  );
}

test('a report holds the text, every figure beside its baselines, curves, the settings that differ and samples', () => {
  const page = report({ text: '# Idea\n\nA **bold** guess' });
  expect(page).toContain('<h3>Idea</h3><p>A <strong>bold</strong> guess</p>');
  expect(page.match(/the longer comment wins/g)).toHaveLength(2);
  expect(page).toContain('65.0%');
  expect(page).toContain('55.0% to 75.0%');
  for (const title of ['Error on what it learns from', 'Validation accuracy', 'acc', 'grouped/sk_ndcg/k=5']) {
    expect(page).toContain(`<h4>${title}</h4>`);
  }
  const differing = page.slice(page.indexOf('<h2>Settings</h2>'), page.indexOf('All settings'));
  expect(differing).toContain('learningRate');
  expect(differing).not.toContain('epochs');
  expect(page.slice(page.indexOf('All settings'))).toContain('epochs');
  expect(page).toContain('reward-2, at step 20');
  expect(page.match(/<td>wrong<\/td>/g)).toHaveLength(10);
});

test('the metrics that are chosen are drawn and no others', () => {
  const page = report({ metrics: ['grouped/sk_ndcg/k=5'] });
  expect(page.match(/<h4>/g)).toHaveLength(1);
});

test('whatever texts hold, a report has no element or attribute of theirs, and asks for nothing', () => {
  const page = report({
    name: hostile,
    text: `${hostile}\n\n<script>alert(1)</script>\n\n![x](https://example.org/x.png)\n\n[y](javascript:alert(1))\n\n<img src=x>`,
    runs: [
      recordOf({ name: hostile, notes: hostile, config: { [hostile]: hostile }, modelName: hostile }),
      recordOf({ id: 2, name: hostile }),
    ],
  });
  const elements = elementsOf(page);
  expect(elements.length).toBeGreaterThan(200);
  const [allowedTags, allowedAttributes] = [new Set(tags.split(' ')), new Set(attributes.split(' '))];
  expect([...new Set(elements.map(({ name }) => name))].filter((name) => !allowedTags.has(name))).toEqual([]);
  const used = new Set(elements.flatMap((element) => element.attributes));
  expect([...used].filter((name) => !allowedAttributes.has(name))).toEqual([]);
  // Every sign that could begin a tag does.
  expect(page.replace('<!doctype html>', '').match(/</g)!.length).toBe(page.match(/<\/?[a-z][a-z0-9]*[\s/>]/g)!.length);
  expect(page).not.toMatch(/\b(src|href|srcset|style|on[a-z]+)="/);
  expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;/);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('a run of which nothing was kept has a report that says so', () => {
  const page = report({
    runs: [{ ...recordOf({ status: 'failed' }), curve: [], evaluation: null, samples: [] }],
  });
  expect(page).toContain('No model came of it: failed.');
  expect(page).toContain('No curves were kept.');
  expect(page).not.toContain('Sample pairs');
});

test('a long run stays a small file, and its peak is in it', () => {
  const long = {
    ...recordOf(),
    curve: Array.from({ length: 10_000 }, (_, index) => {
      const metrics = Object.fromEntries(
        Array.from({ length: 30 }, (__, m) => [`many/m${m}`, Math.sin(index * (m + 1))]),
      );
      return { step: index + 1, loss: 1, learningRate: index === 5_000 ? 7 : 1, gradientNorm: 1, metrics };
    }),
  };
  const page = report({ runs: [long] });
  expect(page.length).toBeLessThan(1_000_000);
  // The only point at the top of its plot.
  expect(page).toMatch(/<h4>Learning rate<\/h4>/);
  const path = page.slice(page.indexOf('<h4>Learning rate')).match(/ d="([^"]*)"/)![1]!;
  const heights = path
    .split(/[ML]/)
    .slice(1)
    .map((pair) => Number(pair.split(',')[1]));
  expect(heights.filter((height) => height === Math.min(...heights))).toHaveLength(1);
});
