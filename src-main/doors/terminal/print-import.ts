import type { ImportSummary, Previews } from '../../app.ts';
import { arrivedInWords, importRemarks } from '../../common/import-words.ts';
import { foreignAdvice, foreignInWords } from '../../common/language-words.ts';
import { fieldNames, foundInWords } from '../../common/reading-words.ts';
import { counted, duration } from '../../common/words.ts';
import type { FoundReading, Noun, Preview, Reported } from '../../contract/reading.ts';
import { driftLines } from './drift.ts';
import { shortened } from './table.ts';

const examplesShown = 3;
const textShown = 70;

/** What imports brought, and everything that did not come in as it stands in the files. */
export function printImport(report: ImportSummary): string {
  const { comments, contexts, seconds, readings } = report;
  const speed = seconds >= 1 && comments > 0 ? `, ${counted(Math.round(comments / seconds), 'comment')} a second` : '';
  const remarks = importRemarks(report);
  const { html, unmatched, ambiguous, contextsKept, keptWithGroup } = remarks;
  const sentences = [
    remarks.updated,
    remarks.filled,
    remarks.textless,
    contexts > 0 ? `${counted(contexts, 'post that was', 'posts that were')} there got a context.` : null,
    unmatched,
    ambiguous,
    contextsKept,
    keptWithGroup,
    html && `${html} Import with --html to get plain text.`,
    ...(report.notFetched ?? []),
    ...(report.foreign ? [foreignInWords(report.foreign), foreignAdvice(report.foreign)] : []),
    ...(report.drift ? driftLines(report.drift) : []),
  ];
  const several = readings.length > 1;
  return [
    ...readings.flatMap(({ file, found, remembered }) =>
      [...readingLines(found, remembered ?? false), ...notReadLines(found)].map((line) =>
        several ? `${file}: ${line}` : line,
      ),
    ),
    `${arrivedInWords(report)} (${duration(seconds)}${speed}).`,
    ...sentences.filter((sentence) => sentence !== null),
    ...reportedLines(report.reported),
    ...leftAloneLines(report.leftAlone ?? []),
    ...(report.failed ?? []).map(({ file, message }) => `${file} did not come in: ${withoutEnd(message)}`),
  ].join('\n');
}

/** What is said of the file already. */
const withoutEnd = (message: string): string => message.replace(/ Nothing came in\.$/, '');

const leftAloneShown = 20;

/** What lies in folders and was not imported. */
function leftAloneLines(left: NonNullable<ImportSummary['leftAlone']>): string[] {
  if (left.length === 0) return [];
  const shown = left.slice(0, leftAloneShown).map(({ file, why }) => `  ${file}: ${why}`);
  const more = left.length - shown.length;
  return ['Left alone:', ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** What a file was read as. */
function readingLines(found: FoundReading, remembered: boolean): string[] {
  return [
    `Read as ${foundInWords(found)}${remembered ? ', as an earlier file in the app that looked the same' : ''}.`,
    ...(found.scoreSays === null
      ? []
      : [
          `${capital(found.scoreSays)}.${found.score === 'undecided' ? ' An import asks which: --score votes, or --score places.' : ''}`,
        ]),
    ...(found.datesSay === null
      ? []
      : [
          `${capital(found.datesSay)}.${found.dates === 'undecided' ? ' Say it: --dates day-first, or --dates month-first; without it those dates stay out.' : ''}`,
        ]),
    ...(found.thread === null
      ? []
      : [
          `Posts of one text recur: '${found.thread}' tells them apart (--map '${found.thread}=nothing' reads them as one post).`,
        ]),
  ];
}

/** The columns that nobody uses; a preview lists them with all others. */
function notReadLines(found: FoundReading): string[] {
  const passed = found.columns.filter(({ field }) => field === 'nothing').map(({ name }) => name);
  return passed.length === 0 ? [] : [`Not read: ${passed.slice(0, 12).join(', ')}${passed.length > 12 ? ', …' : ''}.`];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A line for each kind of what is reported, with the first examples. */
function reportedLines(reported: readonly Reported[]): string[] {
  return reported
    .filter(({ kind }) => !kind.startsWith('with-') && kind !== 'html-seen')
    .flatMap(({ of, count, reason, examples }) => [
      `${counted(count, nounNames[of][0], nounNames[of][1])}: ${reason}`,
      ...new Set(
        examples
          .slice(0, examplesShown)
          .map(
            ({ line, text, detail }) =>
              `  ${exampleInWords(line, shortened(text.replaceAll('\n', ' '), textShown))}${detail ? ` (${detail})` : ''}`,
          ),
      ),
      ...(count > examplesShown && examples.length > examplesShown
        ? [`  and ${(count - examplesShown).toLocaleString('en')} more`]
        : []),
    ]);
}

const exampleInWords = (line: number, text: string): string =>
  line === 0 ? text : text === '' ? `line ${line}` : `line ${line}: ${text}`;

const nounNames: Readonly<Record<Noun, readonly [one: string, many: string]>> = {
  row: ['row', 'rows'],
  comment: ['comment', 'comments'],
  reply: ['reply', 'replies'],
  vote: ['vote figure', 'vote figures'],
  answer: ['answer', 'answers'],
  context: ['context', 'contexts'],
  reward: ['reward', 'rewards'],
};

/** What would come in. */
export function printDryRun({ files, failed = [], leftAlone = [] }: Previews): string {
  const rest = [
    ...leftAloneLines(leftAlone),
    ...failed.map(({ file, message }) => `${file} would not come in: ${withoutEnd(message)}`),
  ];
  return [...files.map(printPreview), ...(rest.length === 0 ? [] : [rest.join('\n')])].join('\n\n');
}

/** HTML is noticed, and not forced on anybody. */
function htmlLines(reported: readonly Reported[]): string[] {
  const rows = reported.find(({ kind }) => kind === 'html-seen')?.count ?? 0;
  return rows === 0
    ? []
    : [`${counted(rows, 'row looks', 'rows look')} like HTML: --html makes plain text of such texts.`];
}

function printPreview({ file, found, posts, read, imported, reported, remembered }: Preview): string {
  const would = (['row', 'comment', 'reply', 'vote', 'answer', 'context', 'reward'] as const)
    .filter((noun) => read[noun] > 0)
    .map(
      (noun) =>
        `${imported[noun].toLocaleString('en')} of ${counted(read[noun], nounNames[noun][0], nounNames[noun][1])}`,
    );
  const columns = found.columns.map(({ name, field }) => `  ${name}: ${fieldNames[field]}`);
  return [
    `${file}: nothing was stored.`,
    ...readingLines(found, remembered),
    ...htmlLines(reported),
    ...(columns.length === 0 ? [] : ['Columns:', ...columns]),
    `Would come in: ${would.join(', ')}.`,
    ...posts.slice(0, 3).flatMap(({ title, text, comments, more, answer }) => [
      `Post: ${shortened(
        [title, text]
          .filter((part) => part !== null && part !== '')
          .join(' – ')
          .replaceAll('\n', ' ') || '(its text is in another file)',
        textShown,
      )}`,
      ...comments.map(
        ({ text: comment, votes, place }) =>
          `  ${votes !== null ? `${votes}`.padStart(6) : place !== null ? `#${place + 1}`.padStart(6) : '     -'}  ${shortened(comment.replaceAll('\n', ' '), textShown)}`,
      ),
      ...(more > 0 ? [`          and ${more.toLocaleString('en')} more`] : []),
      ...(answer === null ? [] : [`  ${answer}`]),
    ]),
    ...reportedLines(reported),
  ].join('\n');
}
