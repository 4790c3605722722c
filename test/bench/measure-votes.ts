import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup, PairInput } from '../../src-main/contract/engine.ts';
import { headData } from '../../src-main/engine/head/data.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { readPretrainedEncoder } from '../../src-main/engine/model/encoder-weights.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder } from '../../src-main/engine/score/embed.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { bootstrapInterval, type Share } from '../../src-main/evaluation/bootstrap.ts';
import { createTimeFit, judgeOf, plainVotes, type Voted, type VotesRule } from '../../src-main/recipe/votes.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';

/** What is chosen of votes, for each data set. UKP's and the captions' are averages, so nothing can be said of how sure they are. */
const rules: Readonly<Record<keyof typeof dataSets, readonly Partial<VotesRule>[]>> = {
  ukp: [{ margin: 0.05 }, { margin: 0.1 }, { margin: 0.2 }, { margin: 0.3 }],
  captions: [{ margin: 0.1 }, { margin: 0.2 }, { margin: 0.3 }],
  stackexchange: [
    ...[2, 3, 5].map((margin) => ({ margin })),
    { votes: 'sure' },
    { votes: 'sure', margin: 2 },
    { time: 'regress' },
    { time: 'regress', votes: 'sure' },
    { time: 'later' },
  ],
};
const repeats = 3;
const folds = 5;
const seed = 42;

type Row = {
  readonly group: string;
  readonly title?: string;
  readonly text: string;
  /** order: in which they came. */
  readonly comments: readonly { text: string; score: number; votes: number; order?: number }[];
};
type Post = {
  readonly group: string;
  readonly texts: PairGroup['texts'];
  readonly list: readonly Voted[];
  readonly vectors: Float32Array;
};
/** Right pairs of each post, summed over the repeats. */
type Right = { readonly [name: string]: Share[] };

const quiet = { onTried: () => {}, onProgress: () => {}, signal: new AbortController().signal };

/**
 * What a margin, sureness and the time are worth to a quick training, on the three data sets: accuracy in cross-validation over groups of the
 * train and validation splits, always on votes as they are, and the difference to a training on these. The test split is left alone. Where times
 * aren't known, the order in which comments came stands in for the minutes.
 */
export async function measureVotes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-votes-'));
  try {
    unpackDataSets(folder);
    for (const name of Object.keys(dataSets) as (keyof typeof dataSets)[]) {
      const posts = await read(['train', 'validation'].map((split) => join(folder, name, `${split}.jsonl`)));
      const all: readonly Partial<VotesRule>[] = [{}, ...rules[name]];
      const { right, pairs } = await crossValidate(posts, all);
      console.log(`\n${dataSets[name]}, ${repeats} x ${folds} folds\n`);
      console.log('| votes | pairs learned from | accuracy | beside votes as they are |\n| --- | --- | --- | --- |');
      const [plain] = all.map((rule) => right[nameOf(rule)]!);
      for (const rule of all) {
        const shares = right[nameOf(rule)]!;
        const differences = shares.map(({ sum, count }, i) => ({ sum: sum - plain![i]!.sum, count }));
        const interval = bootstrapInterval(differences, seed, 10_000).map(signed).join(' to ');
        const beside = shares === plain ? '' : `${signed(ratio(differences))} (${interval})`;
        const kept = Math.round((100 * pairs[nameOf(rule)]!) / pairs[nameOf({})]!);
        console.log(`| ${nameOf(rule)} | ${kept}% | ${digits(ratio(shares))} | ${beside} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function crossValidate(
  posts: readonly Post[],
  all: readonly Partial<VotesRule>[],
): Promise<{ readonly right: Right; readonly pairs: Record<string, number> }> {
  const right: Right = Object.fromEntries(all.map((rule) => [nameOf(rule), posts.map(() => ({ sum: 0, count: 0 }))]));
  const pairs: Record<string, number> = Object.fromEntries(all.map((rule) => [nameOf(rule), 0]));
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const groups = shuffled([...new Set(posts.map(({ group }) => group))], createRandom(repeat));
    const foldOf = new Map(groups.map((group, i) => [group, i % folds]));
    for (let fold = 0; fold < folds; fold++) {
      const inFold = (wanted: number) => posts.filter(({ group }) => foldOf.get(group) === wanted);
      const [measured, held] = [inFold(fold), inFold((fold + 1) % folds)];
      const learned = posts.filter((post) => !measured.includes(post) && !held.includes(post));
      const fit = createTimeFit();
      for (const { list } of learned) fit.add(list, null);
      const { slope } = fit.effect();
      for (const rule of all) {
        const chosen = { ...plainVotes, ...rule, slope };
        const data = headData(groupsBy(learned, chosen));
        pairs[nameOf(rule)]! += data.pairs.length;
        const { head } = await learnHead(data, headData(groupsBy(held, plainVotes)), quiet);
        for (const post of measured) {
          const at = posts.indexOf(post);
          const width = post.vectors.length / (1 + post.texts.length);
          const vector = (i: number) => post.vectors.subarray(i * width, (i + 1) * width);
          const rewards = post.texts.map((text, i) => headReward(head, text, vector(0), vector(1 + i)));
          const found = countRight(
            pairsBy(post.list, plainVotes).map(({ first, second, target }) => ({
              difference: rewards[first]! - rewards[second]!,
              target,
            })),
          );
          const before = right[nameOf(rule)]![at]!;
          right[nameOf(rule)]![at] = { sum: before.sum + found.right, count: before.count + found.of };
        }
      }
    }
  }
  return { right, pairs };
}

async function read(paths: readonly string[]): Promise<readonly Post[]> {
  const rows = paths
    .flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Row);
  const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readPretrainedEncoder());
  const posts = rows.map(({ group, title, text, comments }, number) => {
    const post = title && !text.startsWith(title) ? `${title}\n\n${text}` : text;
    const mixed = shuffled([...comments], createRandom(number));
    return {
      group,
      texts: mixed.map((comment) => ({ post, comment: comment.text })),
      list: mixed.map(({ score, votes, order }) => ({ place: score, votes, createdAt: timeOf(order) })),
    };
  });
  const texts = [...new Set(posts.flatMap((post) => post.texts.flatMap((t) => [t.post, t.comment])))];
  const { embeddings, width } = await embed(encoder, { texts }, quiet);
  const places = new Map(texts.map((text, i) => [text, i]));
  return posts.map((post) => {
    const used = [post.texts[0]!.post, ...post.texts.map(({ comment }) => comment)];
    const vectors = new Float32Array(used.length * width);
    for (const [i, text] of used.entries()) {
      const from = places.get(text)! * width;
      vectors.set(embeddings.subarray(from, from + width), i * width);
    }
    return { ...post, vectors };
  });
}

/** A minute for each comment that came before. */
function timeOf(order: number | undefined): string | null {
  return order === undefined ? null : new Date(60_000 * order).toISOString();
}

function groupsBy(posts: readonly Post[], rule: VotesRule) {
  return posts.flatMap(({ texts, list, vectors }) => {
    const pairs = pairsBy(list, rule);
    return pairs.length === 0 ? [] : [{ group: { texts, pairs }, vectors }];
  });
}

function pairsBy(list: readonly Voted[], rule: VotesRule): readonly PairInput[] {
  const judge = judgeOf(list, null, rule);
  return list.flatMap((_, first) =>
    list.flatMap((__, second): PairInput[] => {
      const target = second > first ? judge(first, second) : null;
      return target === null ? [] : [{ first, second, target }];
    }),
  );
}

function nameOf({ margin, votes, time }: Partial<VotesRule>): string {
  const said = [margin && `margin ${margin}`, votes, time && `time: ${time}`].filter(Boolean);
  return said.length === 0 ? 'as they are' : said.join(', ');
}

function ratio(shares: readonly Share[]): number {
  return shares.reduce((sum, share) => sum + share.sum, 0) / shares.reduce((sum, share) => sum + share.count, 0);
}

function digits(share: number): string {
  return share.toFixed(3).replace(/^(-?)0/, '$1');
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${digits(share)}`.replace('-', '−');
}
