import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import type { DrawnHead } from '../../src-main/engine/head/head-folder.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { countRight, type JudgedPair } from '../../src-main/evaluation/accuracy.ts';
import { calibrationSteps, temperatureSteps } from '../../src-main/evaluation/calibration.ts';
import { gainsOfRanks, ndcg } from '../../src-main/evaluation/ndcg.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { type AskedSet, askedByVotes, askedByWorkers } from './asked-posts.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, type Vectors, vectorsOf } from './drawn-answers.ts';
import { comparisonsOf, startFromSets } from './learn-worth.ts';
import { type PlayedStrategy, played, playedStops } from './played-choice.ts';
import { digits, intervalOf, intoQuality } from './tables.ts';

/**
 * npm run choosing [-- DIR [RAW]]
 *
 * What the choice of the next pair brings, on the data sets of data/, or those of DIR: a labeller is played from votes, on UKP from the answers of its
 * five workers, is asked by each strategy, and quick training learns from the answers. Accuracy, NDCG and calibration on the test split against
 * answers and seconds, ten seeds, into docs/quality.md. RAW keeps what was measured, a line each, and what it has is not measured again.
 */
const seeds = 10;
const stops = [50, 100, 200, 400, 800] as const;
/** How often one answer agrees with the votes. */
const agreement = 0.75;

type Point = Readonly<Record<'stop' | 'seconds' | 'accuracy' | 'error' | 'ndcg', number>>;
type Curve = {
  readonly name: keyof typeof dataSets;
  readonly strategy: PlayedStrategy;
  readonly seed: number;
  readonly points: readonly Point[];
};

const [, , named, raw] = process.argv;
const folder = dataFolder(named);
const curves: Curve[] =
  raw !== undefined && existsSync(raw)
    ? readFileSync(raw, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Curve)
    : [];
const names = Object.keys(dataSets) as (keyof typeof dataSets)[];
if (curves.length < seeds * names.length * played.length) await measure();
intoQuality('choosing', table());

async function measure(): Promise<void> {
  const sets: Record<keyof typeof dataSets, AskedSet> = {
    ukp: askedByWorkers(join(folder, 'ukp')),
    captions: askedByVotes(join(folder, 'captions'), agreement),
    stackexchange: askedByVotes(join(folder, 'stackexchange'), agreement),
  };
  const vectors = new Map<string, Vectors>();
  const comparisons = new Map<string, ReturnType<typeof comparisonsOf>>();
  const ranked = new Map<string, readonly PairGroup[]>();
  for (const name of names) {
    const read = ['train', 'validation', 'test'].map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
    const asked = [...sets[name].posts.map(({ texts }) => ({ texts, pairs: [] })), ...sets[name].test.groups];
    const known = await vectorsOf([...read, { groups: asked, answers: [] }]);
    const learned = { groups: read.slice(0, 2).flatMap(({ groups }) => groups), answers: [] };
    vectors.set(name, known);
    comparisons.set(name, comparisonsOf(headDataOf(learned, known)));
    ranked.set(name, read[2]!.groups);
  }
  for (let seed = 1; seed <= seeds; seed++) {
    for (const name of names) {
      const start = startFromSets([...comparisons].filter(([other]) => other !== name).map(([, known]) => known));
      for (const strategy of played) {
        if (curves.some((one) => one.name === name && one.strategy === strategy && one.seed === seed)) continue;
        const points: Point[] = [];
        const of = vectors.get(name)!;
        for await (const { answers, seconds, head, held } of playedStops(
          sets[name].posts,
          of,
          strategy,
          stops,
          start,
          seed,
        )) {
          const judged = judge(sets[name].test.groups, head, of);
          const temperature = toEnd(temperatureSteps(judge(held, head, of)));
          const scaled = judged.map(({ difference, target }) => ({ difference: difference / temperature, target }));
          const { right, of: all } = countRight(judged);
          const { error } = toEnd(calibrationSteps(scaled));
          points.push({
            stop: answers,
            seconds,
            accuracy: right / all,
            error,
            ndcg: meanNdcg(ranked.get(name)!, head, of),
          });
        }
        const curve: Curve = { name, strategy, seed, points };
        curves.push(curve);
        if (raw !== undefined) appendFileSync(raw, `${JSON.stringify(curve)}\n`);
        console.log(name, strategy, seed, points.map(({ accuracy }) => digits(accuracy)).join(' '));
      }
    }
  }
}

function rewardsOf({ texts }: PairGroup, head: DrawnHead, vectors: Vectors): number[] {
  return texts.map((text) => headReward(head, text, vectors.get(text.post)!, vectors.get(text.comment)!));
}

function judge(groups: readonly PairGroup[], head: DrawnHead, vectors: Vectors): JudgedPair[] {
  return groups.flatMap((group) => {
    const rewards = rewardsOf(group, head, vectors);
    return group.pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target }));
  });
}

/** Over posts whose comments all have a place, by how many of the others each wins against. */
function meanNdcg(groups: readonly PairGroup[], head: DrawnHead, vectors: Vectors): number {
  const each = groups.map((group) => {
    const wins = group.texts.map(
      (_, i) => group.pairs.filter(({ first, second, target }) => (target === 1 ? first : second) === i).length,
    );
    return ndcg(gainsOfRanks(wins.map((count) => -count)), rewardsOf(group, head, vectors));
  });
  return each.reduce((a, b) => a + b, 0) / each.length;
}

function table(): string {
  const rows = names.flatMap((name) =>
    played.map((strategy) => {
      const of = (wanted: PlayedStrategy) =>
        curves.filter((one) => one.name === name && one.strategy === wanted).sort((a, b) => a.seed - b.seed);
      const [own, random] = [of(strategy), of('random')];
      const cells = stops.map((_, at) => {
        const { mean, half } = intervalOf(own.map(({ points }) => points[at]!.accuracy));
        const beside = intervalOf(own.map(({ points }, i) => points[at]!.accuracy - random[i]!.points[at]!.accuracy));
        const difference = `${beside.mean < 0 ? '−' : '+'}${digits(Math.abs(beside.mean))} ± ${digits(beside.half)}`;
        return `${digits(mean)} ± ${digits(half)}${strategy === 'random' ? '' : `; ${difference}`}`;
      });
      const last = (pick: (point: Point) => number) => {
        const { mean, half } = intervalOf(own.map(({ points }) => pick(points[3]!)));
        return `${digits(mean)} ± ${digits(half)}`;
      };
      const seconds = intervalOf(own.map(({ points }) => points[3]!.seconds / points[3]!.stop)).mean;
      return `| ${dataSets[name]} | ${strategy} | ${cells.join(' | ')} | ${last(({ ndcg: gain }) => gain)} | ${last(({ error }) => error)} | ${seconds.toFixed(1)} |`;
    }),
  );
  return [
    `| | pairs chosen by | ${stops.map((count) => `${count} answers`).join(' | ')} | NDCG at 400 | calibration error at 400 | seconds an answer |`,
    `| --- | --- |${' --- |'.repeat(stops.length + 3)}`,
    ...rows,
  ].join('\n');
}
