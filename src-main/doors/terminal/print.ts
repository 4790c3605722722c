import type {
  DoctorReport,
  EmbedSummary,
  EvaluationReport,
  ExportSummary,
  ImportSummary,
  ModelReport,
  Ranking,
  ScoreSummary,
  Statistics,
  StatisticsPageReport,
  TrainReport,
} from '../../app.ts';
import { type Label, type Model, splits } from '../../contract/records.ts';
import type { HubModel } from '../../contract/views.ts';
import { duration, size } from './progress.ts';
import { type Cell, fixed, percent, shortened, table } from './table.ts';

const skipsShown = 10;

type Skips = { readonly skipped: readonly { line: number; reason: string; file?: string }[]; skippedCount?: number };

function skips({ skipped, skippedCount = skipped.length }: Skips): string[] {
  if (skippedCount === 0) return [];
  const shown = skipped.slice(0, skipsShown).map(({ file, line, reason }) => {
    return `  ${file === undefined ? '' : `${file}, `}line ${line}: ${reason}`;
  });
  const more = skippedCount - shown.length;
  const head = `${skippedCount} ${skippedCount === 1 ? 'row was' : 'rows were'} left out:`;
  return [head, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

export function printImport(report: ImportSummary): string {
  const { posts, comments, labels, contexts, unmatched, ambiguous, contextsKept } = report;
  const { seconds, looksLikeHtml, keptWithGroup } = report;
  const speed = seconds > 0 ? `, ${Math.round(comments / seconds)} comments a second` : '';
  return [
    `New: ${posts} posts, ${comments} comments, ${labels} labels (${seconds.toFixed(1)} s${speed}).`,
    ...(contexts > 0 ? [`${contexts} posts that were there got a context.`] : []),
    ...(unmatched > 0 ? [`${unmatched} contexts have an id or a text that no post has.`] : []),
    ...(ambiguous > 0 ? [`${ambiguous} contexts have a text that several posts have: name those by their ids.`] : []),
    ...(contextsKept > 0 ? [`${contextsKept} posts have another context already: it stays.`] : []),
    ...(keptWithGroup > 0 ? [`${keptWithGroup} posts went to the split that the rest of their group is in.`] : []),
    ...(looksLikeHtml > 0 ? [`${looksLikeHtml} rows look like HTML: import with --html to get plain text.`] : []),
    ...skips(report),
  ].join('\n');
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
      ? `Agreement: on ${percent(share)} of ${pairs} pairs that several people answered (Krippendorff's alpha ${fixed(alpha)}).`
      : 'Agreement: no pair was answered by several people yet.',
    `${totals.models} models, ${totals.runs} runs.`,
  ].join('\n\n');
}

export function printStatsPage({ file, figures, seconds }: StatisticsPageReport): string {
  return `${figures} figures with their numbers were written to ${file} (${seconds.toFixed(1)} s). It opens in any browser.`;
}

export function printTrain(report: TrainReport): string {
  const validation = Object.entries(report.validation).map(([name, value]): Cell[] => {
    return [`validation ${name}`, name === 'accuracy' ? percent(value) : fixed(value)];
  });
  const { cuts } = report;
  const cut = cuts.postCut + cuts.commentCut > 0;
  return [
    `The model ${report.model} is ready (run ${report.run}, ${duration(report.seconds)} on ${report.device}).`,
    table(null, [
      ['steps', `${report.steps} (kept: ${report.bestStep})`],
      ['training loss', fixed(report.loss)],
      ...validation,
      ['parameters', report.parameters.toLocaleString('en')],
    ]),
    ...(cut
      ? [`Too long for the model: ${cuts.postCut} posts and ${cuts.commentCut} comments of ${cuts.inputs} were cut.`]
      : []),
  ].join('\n');
}

export function printEvaluation(report: EvaluationReport): string {
  const { baselines } = report;
  const scorers = [
    [report.model, report] as const,
    ['random', baselines.random] as const,
    ['longer comment wins', baselines.longer] as const,
  ];
  const interval = ([low, high]: readonly [number, number]): string => `${percent(low)} to ${percent(high)}`;
  const rows = scorers.map(([name, figures]): Cell[] => [
    name,
    percent(figures.accuracy),
    interval(figures.accuracyInterval),
    fixed(figures.ndcg),
    fixed(figures.grouped.sk_ndcg['5']),
    fixed(figures.grouped.custom_ndcg['5']),
    fixed(figures.paired.sk_ndcg['2']),
  ]);
  const head = ['', 'accuracy', '95% interval', 'NDCG', 'sk_ndcg@5', 'custom_ndcg@5', 'paired@2'];
  return [
    `${report.data}: ${report.pairs} pairs in ${report.groups} posts`,
    table(head, rows),
    `Calibration error ${percent(report.calibration.error)}, loss ${fixed(report.loss)}.`,
    ...skips(report),
  ].join('\n');
}

const postsShown = 5;

export function printRanking({ model, posts }: Ranking): string {
  const shown = posts.slice(0, postsShown).map(({ id, title, text, comments }) => {
    const rows = comments.map((comment): Cell[] => [
      (comment.position ?? 0) + 1,
      fixed(comment.reward),
      comment.rank === null ? '-' : `was ${comment.rank + 1}`,
      `#${comment.id}`,
      shortened(comment.text, 90),
    ]);
    return `Post ${id}: ${shortened(title ?? text, 100)}\n${table(null, rows)}`;
  });
  const more = posts.length - shown.length;
  return [
    `Ranked by ${model}, the best first:`,
    ...shown,
    ...(more > 0 ? [`and ${more} more posts: --json or 'tiebreak export FILE' gives them all.`] : []),
  ].join('\n\n');
}

export function printExport({ file, rows, format, model, seconds }: ExportSummary): string {
  const what = { cupit: 'posts', csv: 'comments', pairs: 'pairs', labels: 'labels' }[format] ?? 'rows';
  return `${rows} ${what}${model ? `, ranked by ${model},` : ''} written to ${file} (${seconds.toFixed(1)} s).`;
}

export function printScore(report: ScoreSummary): string {
  const { comments, posts, model, file, seconds } = report;
  const head = `${comments} comments of ${posts} posts scored by ${model}, written to ${file} (${seconds.toFixed(1)} s).`;
  return [head, ...skips(report)].join('\n');
}

export function printEmbed(report: EmbedSummary): string {
  const { texts, file, seconds } = report;
  return [`The vectors of ${texts} texts were written to ${file} (${seconds.toFixed(1)} s).`, ...skips(report)].join(
    '\n',
  );
}

export function printImportedModel({ model, kind, parameters, note }: ModelReport): string {
  const what = kind === 'sft' ? 'a language model: train a reward model that starts from it' : 'a reward model';
  return [`${model} is here, ${what} (${(parameters / 1e6).toFixed(1)} M parameters).`, ...(note ? [note] : [])].join(
    '\n',
  );
}

export function printHubModel({ model, revision, host, files, bytes }: HubModel): string {
  return [
    `${model} on ${host}, revision ${revision.slice(0, 12)}:`,
    ...files.map((file) => `  ${file.name}  ${size(file.bytes)}`),
    `  ${size(bytes)} together`,
  ].join('\n');
}

export function printModels(models: readonly Model[]): string {
  if (models.length === 0) return "There are no models yet: train one with 'tiebreak train reward'.";
  const rows = models.map(({ name, kind, base, runId, createdAt, metrics }): Cell[] => [
    name,
    kind,
    base,
    runId,
    createdAt.slice(0, 16).replace('T', ' '),
    percent(metrics.accuracy ?? null),
    fixed(metrics.loss),
  ]);
  return table(['model', 'kind', 'base', 'run', 'made (UTC)', 'validation', 'loss'], rows);
}

export function printLabel({ id, leftId, rightId, outcome }: Label): string {
  const said = outcome === 'tie' ? `comments ${leftId} and ${rightId} are equally good` : `${leftId} beats ${rightId}`;
  return `Label ${id}: ${said}.`;
}

export function printDoctor({ versions, platform, home, database, problems, devices, putAside }: DoctorReport): string {
  const rows = devices.map(({ device, available, detail, sequencesPerSecond }): Cell[] => [
    device,
    available ? 'yes' : 'no',
    sequencesPerSecond === null ? '-' : sequencesPerSecond.toFixed(0),
    detail,
  ]);
  return [
    table(null, [
      ...Object.entries(versions),
      ['system', platform],
      ['data folder', home],
      ['database', database],
      ['integrity', problems.length === 0 ? 'sound' : problems.join('; ')],
    ]),
    table(['device', 'usable', 'texts a second', ''], rows),
    ...putAside.map(({ name, from, bytes, offered }) => {
      const until = offered
        ? 'The app offers its removal under Settings.'
        : 'It is kept until the restored data have been in use for a week; delete it by hand if you no longer need it.';
      return `${name} in the data folder (${size(bytes)}) holds what was there before the restore of ${from.slice(0, 16).replace('T', ' ')} UTC. ${until}`;
    }),
  ].join('\n\n');
}
