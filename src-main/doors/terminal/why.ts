import type { Command } from 'commander';
import { maximum } from '../../common/lists.ts';
import {
  answersInWords,
  differenceInWords,
  evidenceMeans,
  evidenceNames,
  likenessMeans,
  namedInWords,
  precedentInWords,
  precedentsInWords,
  shareInWords,
  sideOf,
  wayInWords,
} from '../../common/why-words.ts';
import { placeInWords } from '../../common/words.ts';
import type { Why, WhyComment } from '../../contract/why.ts';
import { deviceOption, modelOption, positive } from './options.ts';
import type { Run } from './run.ts';
import { ascii, type Cell, fixed, shortened, table } from './table.ts';

const textColumns = 90;
/** Characters of the bar to each side. */
const barWidth = 12;

/** The command that says why one comment stands before another. */
export function addWhy(program: Command, run: Run): void {
  program
    .command('why')
    .description(
      'say which evidence speaks for which of two comments of a post, with compared pairs that are like them',
    )
    .argument('<first>', "number of a comment, as 'rank' prints it", positive)
    .argument('<second>', 'number of the other one', positive)
    .requiredOption('--post <id>', 'number or id of the post')
    .addOption(modelOption())
    .addOption(deviceOption())
    .action((first: number, second: number, options) =>
      run(async (app, hooks) => {
        const found = await app.why({ first, second, ...options }, hooks);
        return { json: found, text: printWhy(found) };
      }),
    );
}

export function printWhy(why: Why): string {
  const { way, parts, sentences, answers, precedents } = why;
  const shares = [
    ...parts.map(({ kind, share }) => ({ kind, share })),
    ...(answers.share === null ? [] : [{ kind: 'answers' as const, share: answers.share }]),
  ];
  const most = maximum(shares.map(({ share }) => Math.abs(share)));
  const rows = shares.map(({ kind, share }): Cell[] => [
    evidenceNames[kind].toLowerCase(),
    barOf(share, most),
    shareInWords(share),
    ascii(evidenceMeans(kind, way)),
  ]);
  const named = parts.flatMap(({ kind, named: all }) => {
    const words = namedInWords(kind, all);
    return words === '' ? [] : [`${evidenceNames[kind]}, most of all: ${ascii(words)}.`];
  });
  const said = sentences
    .filter(({ share }) => sideOf(share) !== null)
    .map(
      ({ of, what, share }) => `  ${shareInWords(share)}: a sentence of the ${of}, "${shortened(what, textColumns)}"`,
    );
  return [
    [lineOf('first', why.first), lineOf('second', why.second)].join('\n'),
    ascii(differenceInWords(why)),
    table(['evidence', sides, 'speaks', 'what it is'], rows),
    wayInWords(way),
    ...(named.length > 0 ? [named.join('\n')] : []),
    ...(said.length > 0 ? [['Sentences that matter most, by what is lost without each:', ...said].join('\n')] : []),
    ascii(answersInWords(answers)),
    ascii([precedentsInWords(precedents), ...(precedents.list.length > 0 ? [likenessMeans] : [])].join(' ')),
    ...precedents.list.map((one) =>
      [
        ascii(precedentInWords(one)),
        `  better  ${shortened(one.better, textColumns)}`,
        `  worse   ${shortened(one.worse, textColumns)}`,
      ].join('\n'),
    ),
  ].join('\n\n');
}

const sides = `${'first'.padStart(barWidth)} | second`;

function lineOf(which: string, { id, text, reward, place }: WhyComment): string {
  return `The ${which} (#${id}, ${placeInWords(place)}, reward ${fixed(reward, 2)}): ${shortened(text, textColumns)}`;
}

/** A bar from the middle: to the left for the first, to the right for the second. */
function barOf(share: number, most: number): string {
  const length = sideOf(share) === null ? 0 : Math.round((barWidth * Math.abs(share)) / most);
  const bar = '='.repeat(length);
  return share > 0 ? `${bar.padStart(barWidth)} |` : `${' '.repeat(barWidth)} | ${bar}`;
}
