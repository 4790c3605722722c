import type {
  DoctorReport,
  EmbedSummary,
  EvaluationReport,
  ExportSummary,
  ModelReport,
  Ranking,
  ScoreSummary,
  Statistics,
  StatisticsPageReport,
} from '../../app.ts';
import { asCurated } from '../../common/curated.ts';
import { chosenWords } from '../../common/device-words.ts';
import { learnedErasedInWords } from '../../common/erase-words.ts';
import { notSaidInWords } from '../../common/export-words.ts';
import { formatRows } from '../../common/file-kinds.ts';
import { baselineNames, rangeInWords } from '../../common/measured.ts';
import { arrivedModelInWords } from '../../common/model-words.ts';
import { outcomeOf } from '../../common/outcomes.ts';
import { placesInWords, rightInWords } from '../../common/ranking-words.ts';
import { hasReliability, reliabilityTable, reliabilityWords } from '../../common/reliability-words.ts';
import { counted, duration, size, wholeNumber } from '../../common/words.ts';
import type { LearnedErased } from '../../contract/erasing.ts';
import type { CalibrationReport } from '../../contract/evaluation.ts';
import { type Answer, type Model, splits } from '../../contract/records.ts';
import type { HubModel, SecondLooks } from '../../contract/views.ts';
import { type Cell, fixed, minute, percent, shortened, table } from './table.ts';

const skipsShown = 10;

type Skips = { readonly skipped: readonly { line: number; reason: string; file?: string }[]; skippedCount?: number };

function skips({ skipped, skippedCount = skipped.length }: Skips): string[] {
  if (skippedCount === 0) return [];
  const shown = skipped.slice(0, skipsShown).map(({ file, line, reason }) => {
    return `  ${file === undefined ? '' : `${file}, `}line ${line}: ${reason}`;
  });
  const more = skippedCount - shown.length;
  const head = `${counted(skippedCount, 'row was', 'rows were')} left out:`;
  return [head, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

export function printStats({ splits: counts, texts, annotators, agreement, totals }: Statistics): string {
  const perSplit = splits.map((split): Cell[] => {
    const { posts, comments, labels } = counts[split];
    return [split, posts, comments, labels];
  });
  const lengths = [
    ['characters of a comment', texts.characters] as const,
    ['words of a comment', texts.words] as const,
    ['comments of a post', texts.commentsPerPost] as const,
  ].map(([name, d]): Cell[] => [name, fixed(d.mean, 1), d.lowerQuartile, d.median, d.upperQuartile, d.highest]);
  const ranks = texts.byRank.map((row): Cell[] => [
    row.rank,
    row.comments,
    fixed(row.meanVotes, 2),
    fixed(row.meanCharacters, 0),
  ]);
  const people = annotators.map((row): Cell[] => [row.annotator, row.origin, row.labels, row.ties, row.revoked]);
  const { pairs, share, alpha } = agreement;
  return [
    table(['split', 'posts', 'comments', 'labels'], perSplit),
    table(['lengths', 'mean', '25%', 'median', '75%', 'highest'], lengths),
    ...(ranks.length > 0 ? [table(['rank', 'comments', 'mean votes', 'mean characters'], ranks)] : []),
    ...(people.length > 0 ? [table(['labels by', 'origin', 'labels', 'ties', 'revoked'], people)] : []),
    pairs > 0
      ? `Agreement: on ${percent(share)} of ${counted(pairs, 'pair')} that several people answered (Krippendorff's alpha ${fixed(alpha)}).`
      : 'Agreement: no pair was answered by several people yet.',
    `${counted(totals.models, 'model')}, ${counted(totals.runs, 'run')}.`,
  ].join('\n\n');
}

export function printStatsPage({ file, figures, seconds }: StatisticsPageReport): string {
  return `${counted(figures, 'figure with its numbers was', 'figures with their numbers were')} written to ${file} (${duration(seconds)}). It opens in any browser.`;
}

export function printEvaluation(report: EvaluationReport): string {
  const { baselines } = report;
  const scorers = [
    [report.model, report] as const,
    [baselineNames.random, baselines.random] as const,
    [baselineNames.longer, baselines.longer] as const,
  ];
  const rows = scorers.map(([name, figures]): Cell[] => [
    name,
    percent(figures.accuracy),
    rangeInWords(figures.accuracyInterval, percent),
    fixed(figures.ndcg),
    fixed(figures.grouped.sk_ndcg['5']),
    fixed(figures.grouped.custom_ndcg['5']),
    fixed(figures.paired.sk_ndcg['2']),
  ]);
  const head = ['', 'accuracy', '95% interval', 'NDCG', 'sk_ndcg@5', 'custom_ndcg@5', 'paired@2'];
  return [
    `${report.data}: ${counted(report.pairs, 'pair')} in ${counted(report.groups, 'post')}`,
    table(head, rows),
    `Loss ${fixed(report.loss)}.`,
    ...(hasReliability(report) ? [reliabilityWords(report.reliability)] : []),
    ...skips(report),
  ].join('\n');
}

export function printCalibration({ model, temperature, pairs, evaluation }: CalibrationReport): string {
  const learned =
    pairs === 0
      ? `There are no pairs in the validation split to calibrate ${model} on: its rewards are taken as they are.`
      : `${model} was calibrated on ${counted(pairs, 'pair')} of the validation split: temperature ${temperature.toFixed(2)}.`;
  if (!evaluation || !hasReliability(evaluation)) return learned;
  return [
    learned,
    `On the ${evaluation.data} split (${counted(evaluation.pairs, 'pair')}):`,
    table(['sure', 'on average', 'right', 'pairs'], reliabilityTable(evaluation.reliability)),
    reliabilityWords(evaluation.reliability),
  ].join('\n');
}

/** Of all posts. */
export const postsShown = 5;

/** @param count of all posts, where no more than the first of them are here */
export function printRanking({ model, posts, questions }: Ranking, count = posts.length): string {
  if (questions?.length === 0) return `There is no pair left to ask on the posts that ${model} ranks.`;
  const shown = posts.slice(0, questions?.length ?? postsShown).map(({ id, title, text, right, comments }) => {
    const placed = comments.map((comment, place) => ({ ...comment, place }));
    const rows = asCurated(placed, ({ byHand }) => byHand ?? undefined).map((comment): Cell[] => [
      comment.place + 1,
      comment.places === null ? '' : placesInWords(comment.places),
      fixed(comment.reward),
      comment.rank === null ? '-' : `was ${comment.rank + 1}`,
      `#${comment.id}`,
      ...(comments.some(({ byHand }) => byHand !== null) ? [comment.byHand ?? ''] : []),
      shortened(comment.text, 90),
    ]);
    const sure = right === null ? '' : `\n${rightInWords(right)}`;
    const question = questions?.find(({ post }) => post === id);
    const ask = question
      ? `\nOne more answer would tell most on #${question.one} and #${question.other} (${question.bits.toFixed(2)} bits).`
      : '';
    return `Post ${id}: ${shortened(title ?? text, 100)}\n${table(null, rows)}${sure}${ask}`;
  });
  const more = count - shown.length;
  return [
    questions
      ? `Ranked by ${model}, the posts first on which one more answer would tell most of which comment is better:`
      : `Ranked by ${model}, the best first:`,
    ...shown,
    ...(more > 0 ? [`and ${counted(more, 'more post')}: --json or 'tiebreak export FILE' gives them all.`] : []),
  ].join('\n\n');
}

export function printExport({ file, rows, format, model, notSaid, seconds }: ExportSummary): string {
  const head = `${counted(rows, formatRows[format])}${model ? `, ranked by ${model},` : ''} written to ${file} (${duration(seconds)}).`;
  return [head, ...notSaidInWords(notSaid)].join('\n');
}

export function printScore(report: ScoreSummary): string {
  const { comments, posts, model, file, seconds } = report;
  const head = `${counted(comments, 'comment')} of ${counted(posts, 'post')} scored by ${model}, written to ${file} (${duration(seconds)}).`;
  return [head, ...skips(report)].join('\n');
}

export function printEmbed(report: EmbedSummary): string {
  const { texts, encoder, file, seconds } = report;
  return [
    `The vectors that ${encoder} makes of ${counted(texts, 'text')} were written to ${file} (${duration(seconds)}).`,
    ...skips(report),
  ].join('\n');
}

export const printImportedModel = (report: ModelReport): string => arrivedModelInWords(report);

export function printHubModel({ model, revision, host, files, bytes }: HubModel): string {
  return [
    `${model} on ${host}, revision ${revision.slice(0, 12)}:`,
    ...files.map((file) => `  ${file.name}  ${size(file.bytes)}`),
    `  ${size(bytes)} together`,
  ].join('\n');
}

export function printModels(models: readonly (Model & { readonly erased: LearnedErased })[]): string {
  if (models.length === 0) return "There are no models yet: train one with 'tiebreak train reward'.";
  const rows = models.map(({ name, kind, base, runId, createdAt, metrics }): Cell[] => [
    name,
    kind,
    base,
    runId,
    minute(createdAt),
    percent(metrics.accuracy ?? null),
    fixed(metrics.loss),
  ]);
  const erased = models.flatMap(({ name, erased }) => {
    const words = learnedErasedInWords(erased);
    return words === null ? [] : [`${name} ${words}.`];
  });
  return [table(['model', 'kind', 'base', 'run', 'made (UTC)', 'validation', 'loss'], rows), ...erased].join('\n');
}

/** An answer as it is printed: the choice as an outcome, as in files of labels. */
export function labelOf({ choice, again: _, ...answer }: Answer): object {
  // Only comparing in the app skips and flags.
  if (choice === 'skip' || choice === 'flag') throw new Error('A skip or a flag is no label.');
  return { ...answer, ...outcomeOf(choice) };
}

export function printAnswer({ id, leftId, rightId, choice, verdict }: Answer): string {
  const said = choice === 'tie' ? `comments ${leftId} and ${rightId} are equally good` : `${leftId} beats ${rightId}`;
  return `Label ${id}${verdict ? ', a verdict' : ''}: ${said}.`;
}

export function printSecondLooks({ looks, of, model }: SecondLooks): string {
  if (model === null) return 'There is no model to hold answers against: train one first.';
  if (of === 0) return `This person has no answers on posts that ${model} has scored.`;
  if (looks.length === 0)
    return `None of ${counted(of, 'answer')} is contradicted by ${model} and the others: there is nothing to look at again.`;
  const shown = looks.map(({ post, left, right, choice, chance }) => {
    const said = choice === 'left' || choice === 'right' ? `${choice} is better` : 'a tie';
    return `Post ${post.id}: ${said}, which everything else gives ${percent(chance)}\n  left  #${left.id}  ${shortened(left.text, 90)}\n  right #${right.id}  ${shortened(right.text, 90)}`;
  });
  return [`${counted(looks.length, 'answer')} of ${of} for a second look, the most harmful first:`, ...shown].join(
    '\n\n',
  );
}

/** What to do with a damaged database. */
export const wayOut =
  "Keep earlier backups. 'tiebreak recover' makes a new database of all that can still be read, says how much that is, and keeps this one; with --backup FILE it takes what can't be read from an earlier backup.";

export function printDoctor(report: DoctorReport): string {
  const { versions, platform, home, logs, database, problems, devices, encoders, putAside } = report;
  const speed = (of: number | null): string => (of === null ? '-' : of.toFixed(0));
  const rows = devices.map((one): Cell[] => [
    one.device,
    one.available ? 'yes' : 'no',
    speed(one.sequencesPerSecond),
    speed(one.scoredPerSecond),
    one.float16 ? 'yes' : 'no',
    [one.name, one.detail].filter(Boolean).join(': '),
  ]);
  return [
    table(null, [
      ...Object.entries(versions),
      ['system', platform],
      ['data folder', home],
      ['database', database],
      ['logs', logs],
      ['integrity', problems.length === 0 ? 'sound' : 'damaged'],
      ['device', `${chosenWords(devices)}, where none is named`],
    ]),
    ...(problems.length === 0
      ? []
      : [`Found in the database:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, wayOut]),
    table(['device', 'usable', 'trained a second', 'scored a second', 'float16', ''], rows),
    table(
      ['encoder', 'usable', 'numbers', 'vectors kept', ''],
      encoders.map(({ encoder, width, vectors, problem }): Cell[] => [
        encoder,
        width === null ? 'no' : 'yes',
        width === null ? '-' : String(width),
        wholeNumber(vectors),
        problem ?? '',
      ]),
    ),
    ...putAside.map(({ name, from, bytes, offered }) => {
      const until = offered
        ? 'The app offers its removal under Settings.'
        : 'It is kept until the restored data have been in use for a week; delete it by hand if you no longer need it.';
      return `${name} in the data folder (${size(bytes)}) holds what was there before the restore of ${from.slice(0, 16).replace('T', ' ')} UTC. ${until}`;
    }),
  ].join('\n\n');
}
