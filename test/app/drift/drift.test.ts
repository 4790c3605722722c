import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { randomFrom, shuffled } from '../../../src-main/common/random.ts';
import type { DriftReport } from '../../../src-main/contract/drift.ts';
import {
  differencesOf,
  medianOf,
  nearestDistances,
  type PlacedText,
  superiorityOf,
} from '../../../src-main/evaluation/drift.ts';
import { toEnd } from '../../../src-main/evaluation/steps.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { addRun } from '../../../src-main/store/runs.ts';
import { type OpenHouse, openHouse } from '../../support/house-with-posts.ts';
import { sentences } from '../../support/sentences.ts';
import { temporaryFile, temporaryFolder } from '../../support/temporary.ts';

type Row = { readonly id: string; readonly group: string; readonly comments: readonly { readonly text: string }[] };

const sample = (name: string): string => join(import.meta.dirname, '../../../resources/sample', `${name}.jsonl`);
const rowsOf = (name: string): readonly Row[] =>
  readFileSync(sample(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
const fileOf = (rows: readonly object[]): string => temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));

/** Comments in a language; without figures where nobody voted. */
const inLanguage = (language: string, voted = true, from = 0): string =>
  fileOf(
    Array.from({ length: 12 }, (_, at) => at + from).map((i) => ({
      id: `${language} ${i}`,
      text: sentences[language]![0],
      comments: sentences[language]!.map((text, score) => ({ text: `${text} (${i})`, ...(voted ? { score } : {}) })),
    })),
  );

/** A model that was trained now, on all that is there. */
function trained(store: WritingStore, name: string, pairs = 'both'): number {
  const { id } = addRun(store, { kind: 'reward', config: { method: 'quick', pairs, encoder: 'minilm' }, base: null });
  const made = { name, kind: 'reward' as const, folder: 'x', base: null, metrics: {}, method: 'quick' as const };
  return addModel(store, { ...made, runId: id, encoder: 'minilm' }).id;
}

const of = (reports: readonly DriftReport[], file: string): DriftReport | undefined =>
  reports.find((report) => report.file === file);

describe('imports beside what a model learned from', () => {
  test('of a model that learned from two kinds of comments, more of either kind are nothing new', async () => {
    const { app, store } = openHouse(temporaryFolder(), 'real');
    await app.import({ files: [sample('captions-train')], split: 'train' });
    await app.import({ files: [sample('ukp-train')], split: 'train' });
    trained(store, 'reward-1');
    for (const name of ['captions-test', 'ukp-test']) {
      expect(await app.import({ files: [sample(name)], split: 'test' })).not.toHaveProperty('drift');
    }
    const long = fileOf(
      Array.from({ length: 20 }, (_, i) => ({
        id: `long ${i}`,
        text: 'What is it about?',
        comments: [0, 1, 2].map((k) => ({ text: `${`The word ${i} ${k} of many. `.repeat(80)}` })),
      })),
    );
    const { drift } = await app.import({ files: [long], split: 'test' });
    expect(drift).toMatchObject({ reports: [{ differs: ['length'] }] });
  });

  test('captions are like captions; arguments and another language are not, and it is said how', async () => {
    const { app, api, store } = openHouse(temporaryFolder(), 'real');
    await app.import({ files: [sample('captions-train')], split: 'train' });
    const model = trained(store, 'reward-1');
    const same = await app.import({ files: [sample('captions-validation'), sample('captions-test')], split: 'test' });
    expect(same).not.toHaveProperty('drift');
    // Its vectors are not there yet: what can be told without is told at once.
    const { drift } = await app.import({ files: [sample('ukp-test')], split: 'test' });
    expect(drift).toMatchObject({ model: 'reward-1', reports: [{ file: 'ukp-test.jsonl', differs: ['length'] }] });
    expect(drift!.reports[0]!.meaning).toBeNull();
    const german = inLanguage('German');
    const second = await app.import({ files: [german], split: 'test' });
    expect(second.drift!.reports[0]!.differs).toContain('language');

    const { known, reports } = await app.drift({});
    expect(known).toBe(true);
    expect(reports).toHaveLength(4);
    for (const file of ['captions-validation.jsonl', 'captions-test.jsonl']) {
      const { differs, length, meaning, language } = of(reports, file)!;
      expect(differs).toEqual([]);
      expect(length.value).toBeCloseTo(0.5, 0);
      expect(meaning!.value).toBeLessThan(0.64);
      expect(language!.share).toBeLessThan(0.1);
    }
    const ukp = of(reports, 'ukp-test.jsonl')!;
    expect(ukp.differs).toEqual(['length', 'meaning']);
    expect(ukp.length.words).toBeGreaterThan(2 * ukp.length.learnedWords);
    expect(ukp.meaning).toMatchObject({ encoder: 'all-MiniLM-L6-v2' });
    expect(ukp.meaning!.further).toBeGreaterThan(0.75);
    const other = reports.find(({ differs }) => differs.includes('language'))!;
    expect(other.language).toMatchObject({ share: 1, most: 'not English' });

    // What was found is kept, and found again without the engine; another model knows nothing of it.
    expect(await api.data.drift({})).toEqual({ model: 'reward-1', known: true, reports });
    expect(store.db.prepare('SELECT count(*) FROM drifts WHERE model_id = ?').pluck().get(model)).toBe(4);
    // Neither model learned from what is in the test split.
    trained(store, 'reward-2');
    const again = (await api.data.drift({})).reports;
    expect(again.map(({ file, differs }) => [file, differs])).toEqual(
      reports.map(({ file, differs }) => [file, differs]),
    );
  });

  test('posts from such an import say so in their ranking, and others do not', async () => {
    const { app, api, store } = openHouse();
    await app.import({ files: [sample('captions-train')], split: 'train' });
    const model = trained(store, 'reward-1');
    await app.import({ files: [sample('ukp-test')], split: 'test' });
    const last = store.db.prepare('SELECT max(id) FROM posts').pluck().get() as number;
    const ranked = async (post: number) => (await api.rankings.post({ post, models: ['reward-1'] })).drift;
    expect(await ranked(1)).toEqual([]);
    expect(await ranked(last)).toMatchObject([{ file: 'ukp-test.jsonl', differs: ['length'] }]);
    const { task } = await api.data.undoImport({ import: 2 });
    await app.tasks.settled();
    expect(app.tasks.find(task).state).toBe('done');
    expect((await api.data.drift({})).reports).toEqual([]);
    store.db.prepare('DELETE FROM rewards').run();
    store.db.prepare('DELETE FROM models WHERE id = ?').run(model);
    expect(store.db.prepare('SELECT count(*) FROM drifts').pluck().get()).toBe(0);
  });

  test('what the model learned nothing from counts as new, whenever it came; what it learned from does not', async () => {
    const { app, api, store } = openHouse();
    await app.import({ files: [sample('captions-train')], split: 'train' });
    await app.import({ files: [inLanguage('German', false)], split: 'train' });
    await app.import({ files: [inLanguage('Russian')], split: 'train' });
    trained(store, 'reward-1', 'votes');
    const { reports } = await api.data.drift({});
    expect(reports.map(({ import: id, differs }) => [id, differs.includes('language')])).toEqual([[2, true]]);
    // A tenth of what it learned from is in Cyrillic, which is then not rare.
    await app.import({ files: [inLanguage('Russian', true, 12)], split: 'test' });
    expect((await api.data.drift({})).reports[0]).toMatchObject({ import: 4, language: { share: 0, most: null } });
  });

  test('too few comments, a model from elsewhere and no model say nothing', async () => {
    const { app, api, store } = openHouse();
    expect(await api.data.drift({})).toEqual({ model: null, known: false, reports: [] });
    await app.import({ files: [sample('captions-train')], split: 'train' });
    addModel(store, { name: 'theirs', kind: 'reward', folder: 'x', base: null, runId: null, metrics: {} });
    expect(await api.data.drift({})).toEqual({ model: 'theirs', known: false, reports: [] });
    trained(store, 'ours');
    await app.import({ files: [fileOf(rowsOf('ukp-test').slice(0, 4))], split: 'test' });
    expect(await api.data.drift({})).toEqual({ model: 'ours', known: true, reports: [] });
    await expect(api.data.drift({ model: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('halves of the same data', () => {
  test('are called unlike in none of ten draws, and two kinds of data in all', async () => {
    const captions = await placed(openHouse(temporaryFolder(), 'real'), ['captions-validation', 'captions-test']);
    const random = randomFrom(5);
    const groups = [...new Set(captions.map(({ group }) => group))];
    for (let draw = 0; draw < 10; draw++) {
      const half = new Set(shuffled(groups, random).slice(0, groups.length / 2));
      const learned = captions.filter(({ group }) => half.has(group));
      expect(
        differences(
          captions.filter(({ group }) => !half.has(group)),
          learned,
        ),
      ).toEqual([]);
    }
    const ukp = await placed(openHouse(temporaryFolder(), 'real'), ['ukp-test']);
    expect(differences(ukp, captions)).toEqual(['length', 'meaning']);
    expect(differences(captions, ukp)).toContain('length');
  });
});

type Placed = PlacedText & { readonly words: number };

/** Comments of samples with MiniLM's vectors, from the real engine. */
async function placed({ app }: OpenHouse, names: readonly string[]): Promise<readonly Placed[]> {
  const texts = names.flatMap(rowsOf).flatMap(({ group, comments }) => comments.map(({ text }) => ({ group, text })));
  const out = join(temporaryFolder(), 'vectors.jsonl');
  await app.embedFile({ file: fileOf(texts), out });
  const vectors = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Float32Array.from((JSON.parse(line) as { embedding: number[] }).embedding));
  return texts.map(({ text, group }, i) => ({ group, vector: vectors[i]!, words: text.split(/\s+/).length }));
}

function differences(some: readonly Placed[], learned: readonly Placed[]): readonly string[] {
  const words = (texts: readonly Placed[]): readonly number[] => texts.map((text) => text.words);
  const distances = (texts: readonly Placed[]): readonly number[] => toEnd(nearestDistances(texts, learned));
  return differencesOf({
    length: {
      ...superiorityOf(words(some), words(learned)),
      words: medianOf(words(some)),
      learnedWords: medianOf(words(learned)),
    },
    language: null,
    meaning: { ...superiorityOf(distances(some), distances(learned)), further: 0, encoder: 'all-MiniLM-L6-v2' },
  });
}
