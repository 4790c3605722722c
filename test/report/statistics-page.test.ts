import { expect, test } from 'vitest';
import { picture, statisticsPage } from '../../src-main/report/statistics-page.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { findPost } from '../../src-main/store/posts.ts';
import { dataStatisticsOf } from '../../src-main/worker/statistics-of-store.ts';
import { temporaryStore } from '../support/temporary.ts';

const hostile =
  '</title><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>" onload="\'&amp;\u202e';

function hostileStore() {
  const store = temporaryStore();
  for (let post = 0; post < 60; post++) {
    const comments = Array.from({ length: 4 }, (_, rank) => ({
      text: `${hostile} ${'word '.repeat(1 + ((post + rank) % 7))}${post}-${rank} ${rank === 0 ? 'good' : 'script'}`,
      rank,
      votes: 20 - 7 * rank,
    }));
    const key = String(post);
    addPost(
      store,
      { key, group: key, split: 'train', title: hostile, text: hostile, context: null, comments },
      { importId: null, line: null },
    );
  }
  const { id: postId, comments } = findPost(store, '0');
  for (const annotator of [hostile, 'Ann']) {
    const [left, right] = comments;
    const ids = { postId, leftId: left!.id, rightId: right!.id };
    addAnswer(store, { ...ids, choice: 'left', annotator, origin: 'compare', durationMs: 3000 });
  }
  return store;
}

test('imported text stays text, and the page asks for nothing', () => {
  const statistics = dataStatisticsOf(hostileStore(), () => undefined);
  const page = statisticsPage(statistics, 'today');
  expect(page).toContain('&lt;script&gt;alert(1)');
  // Every tag is one of ours, and none has an attribute that does or fetches anything.
  const tags = [...page.matchAll(/<\/?([a-z0-9]+)((?:\s+[a-zA-Z0-9:-]+="[^"]*")*)\s*\/?>/g)];
  const ours =
    'html head meta title style body main nav ol li a h1 h2 h3 p section figure figcaption div table thead tbody tr th td bdi details summary svg g line text rect circle path span'.split(
      ' ',
    );
  expect([...new Set(tags.map(([, name]) => name!))].filter((name) => !ours.includes(name))).toEqual([]);
  expect(page.match(/</g)).toHaveLength(tags.length + 1);
  const attributes = new Set(
    tags.flatMap(([, , all]) => [...all!.matchAll(/([a-zA-Z0-9:-]+)="/g)].map(([, name]) => name!)),
  );
  expect([...attributes].filter((name) => /^on|^style$|src|action/.test(name))).toEqual([]);
  // Its links lead to places of its own.
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to!);
  expect(links.length).toBeGreaterThan(8);
  for (const to of links) expect(page.split(`id="${to.slice(1)}"`), to).toHaveLength(2);
  expect(links.every((to) => to.startsWith('#'))).toBe(true);
});

test('every figure of the view is in the page, with its sentence and its numbers', () => {
  const statistics = dataStatisticsOf(hostileStore(), () => undefined);
  const page = statisticsPage(statistics, 'today');
  const figures = statistics.sections.flatMap((section) => section.figures);
  expect(figures.map(({ id }) => id)).toEqual([
    'longer-wins',
    'length-by-place',
    'lengths',
    'comments-per-post',
    'votes',
    'votes-apart',
    'votes-by-slice',
    'votes-by-length',
    'tone',
    'sentiment-standing',
    'words',
    'answers-by-day',
    'people',
    'agreement',
    'threads',
    'duplicate-posts',
    'duplicate-comments',
    'measures',
    'sentiment',
    'log-odds',
  ]);
  expect(page.match(/<figure id=/g)).toHaveLength(figures.length);
  const plots = figures.filter(({ plot }) => plot !== null);
  expect(page.match(/<details><summary>Numbers/g)).toHaveLength(plots.length);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test('it begins with three findings, each with its number of pairs or comments, and its chart', () => {
  const { findings, sections } = dataStatisticsOf(hostileStore(), () => undefined);
  const figures = sections.flatMap((section) => section.figures.map(({ id }) => id));
  expect(findings).toHaveLength(3);
  for (const { says, rests, figure } of findings) {
    expect(figures).toContain(figure);
    expect(rests).toMatch(/^[\d,]+ (pair|comment|answer)s?/);
    expect(says).not.toMatch(/Gini|VADER|odds|alpha|Spearman/);
  }
  const few = dataStatisticsOf(temporaryStore(), () => undefined);
  expect(few.findings).toEqual([]);
  expect(statisticsPage(few, 'today')).toContain('too little data');
});

test('measures stand by their names under Research alone', () => {
  const { sections } = dataStatisticsOf(hostileStore(), () => undefined);
  const named = /Gini|VADER|log-odds|Krippendorff|Spearman|compound/i;
  for (const { id, title, note, figures } of sections) {
    const texts = [
      title,
      note,
      ...figures.flatMap(({ title: name, says, plot, numbers }) => [name, says, plot, numbers.columns]),
    ];
    expect(named.test(JSON.stringify(texts)), id).toBe(id === 'research');
  }
});

test('plots of one value, of equal values and of none are drawn', () => {
  const axis = { label: 'x', scale: 'log' } as const;
  const plots = [
    { kind: 'bars', xLabel: 'x', yLabel: 'y', of: 'texts', bars: [] },
    { kind: 'bars', xLabel: 'x', yLabel: 'y', of: 'texts', bars: [{ label: 'a', value: 0 }] },
    { kind: 'points', x: axis, y: axis, of: 'votes', points: [{ x: 0, y: 0 }], trend: [] },
    { kind: 'points', of: 'votes', x: axis, y: { label: 'y', scale: 'symlog' }, points: [], trend: [] },
    { kind: 'intervals', xLabel: 'x', rows: [{ name: 'a', value: null, interval: [Number.NaN, 1] }] },
    { kind: 'map', points: [], clusters: [] },
  ] as const;
  for (const plot of plots) {
    const { markup } = picture(plot, 'says');
    expect(markup).toMatch(/^<svg width/);
    expect(markup).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('nothing at all makes a page too', () => {
  expect(
    statisticsPage(
      dataStatisticsOf(temporaryStore(), () => undefined),
      'today',
    ),
  ).not.toMatch(/NaN|undefined|Infinity/);
});
