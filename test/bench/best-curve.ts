import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from '../../src-main/app.ts';
import type { BestMethod } from '../../src-main/contract/best.ts';
import type { Interval } from '../../src-main/contract/evaluation.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { bootstrapInterval, type Share } from '../../src-main/evaluation/bootstrap.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import { listKeptModels } from '../../src-main/store/models.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { postsWithComments } from '../../src-main/store/posts.ts';
import { rankingOfPost } from '../../src-main/store/rewards.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';
import { draw, readSplit } from './drawn-answers.ts';

/**
 * npm run best-curve [-- --only ukp/all/1] [--minutes 5] [--table]
 *
 * How good the ways to train are that take minutes, and what a training for the best makes of them: on the three data sets, after 100,
 * 1,000 and all answers, three times each. It is the product's own training, from files in an empty data folder to the model that
 * ranks. Of 100 and 1,000 answers, drawn by chance, 1 in 18 is of the validation split, as in an import without splits of its own; "all" is every pair of both splits, and
 * another seed each time. What was measured is a line of best-curve.jsonl, and is not measured again: a script that was stopped goes
 * on. The table in docs/quality.md is written anew from these lines.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '5' },
    table: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const counts = [100, 1000, 'all'] as const;
const draws = 3;
const validationShare = 1 / 18;
const lines = new URL('best-curve.jsonl', import.meta.url);

type Name = keyof typeof dataSets;
type Figure = { readonly accuracy: number; readonly interval: Interval };
/** What was measured once, on the test split. */
type Line = {
  readonly data: Name;
  readonly answers: (typeof counts)[number];
  readonly draw: number;
  readonly minutes: number;
  /** From the click to the choice. */
  readonly seconds: number;
  readonly chosen: 'blend' | 'quick';
  readonly shares: Partial<Record<BestMethod, number>>;
  /** Of the model that ranks, of each that went into it, and of the blend whether it ranks or not. */
  readonly accuracy: Partial<Record<BestMethod | 'best' | 'blend' | 'longer', Figure>>;
  /** How much the model that ranks is right more often than another, with a 95% interval by paired bootstrap over posts. */
  readonly ahead: Readonly<Record<'quick' | 'longer', Figure>>;
};

const known = (): Line[] =>
  existsSync(lines)
    ? readFileSync(lines, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : [];

if (!values.table) {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-curve-'));
  try {
    unpackDataSets(folder);
    for (let number = 1; number <= draws; number++) {
      for (const answers of counts.toReversed()) {
        for (const data of Object.keys(dataSets) as Name[]) {
          const done = known().some((line) => line.data === data && line.answers === answers && line.draw === number);
          if (done || !`${data}/${answers}/${number}`.startsWith(values.only)) continue;
          const line = await measure(folder, data, answers, number);
          appendFileSync(lines, `${JSON.stringify(line)}\n`);
          const { best, quick, longer } = line.accuracy;
          console.log(
            `${data}, ${answers} answers, ${number}: ${line.chosen} ${digits(best!.accuracy)}, quick ${digits(quick!.accuracy)}, longer ${digits(longer!.accuracy)} (${line.seconds.toFixed(0)} s)`,
          );
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
writeTable(known());

async function measure(folder: string, data: Name, answers: Line['answers'], number: number): Promise<Line> {
  const home = mkdtempSync(join(folder, 'home-'));
  const app = openApp({ home });
  try {
    for (const split of ['train', 'validation', 'test'] as const) {
      const file = join(folder, data, `${split}.jsonl`);
      if (answers === 'all' || split === 'test') {
        await app.import({ files: [file], split });
        continue;
      }
      const held = Math.round(answers * validationShare);
      const drawn = draw(readSplit(file), split === 'validation' ? held : answers - held, number);
      const own = join(home, `${split}-answers.jsonl`);
      const rows = drawn.groups.flatMap(({ texts, pairs }) =>
        pairs.map(({ first, second, target }) => {
          const [left, right] = [texts[first]!, texts[second]!];
          const outcome = target > 0.5 ? 'left' : 'right';
          return JSON.stringify({ text: left.post, left: left.comment, right: right.comment, outcome });
        }),
      );
      writeFileSync(own, `${rows.join('\n')}\n`);
      await app.import({ files: [own], split });
    }
    const config = answers === 'all' ? { seed: number } : {};
    const outcome = await app.train({ kind: 'reward', method: 'best', device: 'cpu', minutes, config });
    const best = outcome.best!;
    for (const { model } of best.parts) await app.evaluate({ model, device: 'cpu' });
    if (best.blend) await app.evaluate({ model: outcome.model, device: 'cpu' });
    const ranks = best.chosen === 'blend' ? outcome.model : best.parts[0]!.model;
    return {
      ...{ data, answers, draw: number, minutes },
      seconds: Math.round(outcome.seconds),
      chosen: best.chosen,
      shares: Object.fromEntries(best.parts.map(({ method, share }) => [method, rounded(share)])),
      ...figures(home, [
        ['best', ranks],
        ...(best.blend ? [['blend', outcome.model] as const] : []),
        ...best.parts.map(({ method, model }) => [method, model] as const),
      ]),
    };
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Figures on the test split of models that have rewards for it, and of "the longer comment wins". */
function figures(
  home: string,
  models: readonly (readonly [BestMethod | 'best' | 'blend', string])[],
): Pick<Line, 'accuracy' | 'ahead'> {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    const ids = new Map(listKeptModels(store).map(({ name, id }) => [name, id]));
    const right = new Map<string, Share[]>([...models.map(([way]) => way), 'longer'].map((way) => [way, []]));
    for (const post of postsWithComments(store, { split: 'test' })) {
      const { comments, pairs } = pairsOfPost(post, [], 'votes');
      const add = (way: string, rewardOf: (at: number) => number): void => {
        const judged = pairs.map(({ first, second, target }) => ({
          difference: rewardOf(first) - rewardOf(second),
          target,
        }));
        const { right: sum, of: count } = countRight(judged);
        right.get(way)!.push({ sum, count });
      };
      add('longer', (at) => comments[at]!.text.length);
      for (const [way, model] of models) {
        const rewards = new Map(rankingOfPost(store, ids.get(model)!, post.id).map(({ id, reward }) => [id, reward]));
        add(way, (at) => {
          const reward = rewards.get(comments[at]!.id);
          if (typeof reward !== 'number') throw new Error(`${model} has not scored comment ${comments[at]!.id}.`);
          return reward;
        });
      }
    }
    const figure = (shares: readonly Share[]): Figure => {
      const sum = shares.reduce((total, share) => total + share.sum, 0);
      const count = shares.reduce((total, share) => total + share.count, 0);
      const [low, high] = bootstrapInterval(shares, 1, 10_000);
      return { accuracy: rounded(sum / count), interval: [rounded(low), rounded(high)] };
    };
    const of = (way: string): Share[] => right.get(way)!;
    const ahead = (other: string): Figure =>
      figure(of('best').map(({ sum, count }, i) => ({ sum: sum - of(other)[i]!.sum, count })));
    return {
      accuracy: Object.fromEntries([...right].map(([way, shares]) => [way, figure(shares)])),
      ahead: { quick: ahead('quick'), longer: ahead('longer') },
    };
  } finally {
    closeStore(store);
  }
}

function writeTable(found: readonly Line[]): void {
  const page = new URL('../../docs/quality.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = ['<!-- best curve: begin -->', '<!-- best curve: end -->'];
  if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/quality.md has no place for the table.');
  const ways = ['longer', 'quick', 'alone', 'deep', 'together', 'blend', 'best'] as const;
  const rows = Object.entries(dataSets).flatMap(([data, title]) =>
    counts.flatMap((answers) => {
      const own = found.filter((line) => line.data === data && line.answers === answers);
      if (own.length === 0) return [];
      const cell = (way: (typeof ways)[number]): string => {
        const values = own.flatMap(({ accuracy }) => accuracy[way]?.accuracy ?? []);
        return values.length === 0 ? '' : meanAndSpread(values);
      };
      const ahead = (other: 'quick' | 'longer'): string =>
        own
          .map(
            (line) => `${signed(line.ahead[other].accuracy)} (${line.ahead[other].interval.map(signed).join(' to ')})`,
          )
          .join('<br>');
      const chosen = own.filter((line) => line.chosen === 'blend').length;
      const seconds = own.map((line) => line.seconds);
      const cells = [
        title,
        answers.toLocaleString('en'),
        ...ways.map(cell),
        `${chosen} of ${own.length}`,
        ahead('quick'),
        ahead('longer'),
        `${Math.min(...seconds)}-${Math.max(...seconds)} s`,
      ];
      return [`| ${cells.join(' | ')} |`];
    }),
  );
  const head = [
    ...['data', 'answers', 'longer wins', 'quick', 'comment alone', 'deep', 'together', 'blend', '**ranks**'],
    ...['the blend ranks', 'ahead of quick', 'ahead of longer', 'time'],
  ];
  const table = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows].join('\n');
  writeFileSync(
    page,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table}\n${text.slice(text.indexOf(end))}`,
  );
}

function meanAndSpread(values: readonly number[]): string {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? digits(mean) : `${digits(mean)} (${digits(low)}-${digits(high)})`;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

function digits(share: number): string {
  return share.toFixed(3).replace(/^0/, '');
}

function signed(difference: number): string {
  const text = digits(Math.abs(difference));
  return difference < 0 ? `−${text}` : `+${text}`;
}
