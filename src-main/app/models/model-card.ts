import { figure, percent, wholeNumber } from '../../common/words.ts';
import type { EvaluationReport, Figures } from '../../contract/evaluation.ts';
import { unknownLicense } from '../../contract/pushing.ts';
import type { ModelKind, Split } from '../../contract/records.ts';

export type CardFacts = {
  readonly kind: ModelKind;
  readonly license: string;
  /** The model on the hub that it was trained from, OWNER/NAME; null where that is none, or not known. */
  readonly baseModel: string | null;
  /** '240 posts, 1,210 pairs', or '' where it is not known. */
  readonly counts: string;
  /** 'learned from 3 comments erased or corrected since'; null where it did not. */
  readonly erased: string | null;
  /** How good it was found to be on pairs that it had not seen. */
  readonly evaluations: readonly { readonly split: Split; readonly report: EvaluationReport }[];
};

/** What the hub calls what a model is for. https://huggingface.co/tasks */
const pipelines: Readonly<Record<ModelKind, string>> = {
  reward: 'text-classification',
  sft: 'text-generation',
  encoder: 'sentence-similarity',
};

/**
 * The page that the hub shows of a model: the README of its export with what the hub asks for in its head, and with what it was trained
 * on and how good it is, in numbers alone. https://huggingface.co/docs/hub/model-cards
 */
export function modelCard(readme: string, facts: CardFacts): string {
  const [head, body] = parted(readme);
  const has = (key: string): boolean => head.some((line) => line.startsWith(`${key}:`));
  const lines = [
    ...(has('license') ? [] : [`license: ${JSON.stringify(facts.license)}`]),
    ...(has('base_model') || facts.baseModel === null ? [] : [`base_model: ${JSON.stringify(facts.baseModel)}`]),
    ...(has('pipeline_tag') ? [] : [`pipeline_tag: ${pipelines[facts.kind]}`]),
    ...tagged(head, facts.kind === 'reward' ? ['reward-model', 'tiebreak'] : ['tiebreak']),
  ];
  return `---\n${lines.join('\n')}\n---\n\n${body.trim()}\n\n${trainingOf(facts)}\n${evaluationOf(facts)}`;
}

/** The lines between the first two lines of three hyphens, and what follows. */
function parted(readme: string): readonly [head: readonly string[], body: string] {
  const found = /^---\n([\s\S]*?)\n---\n/.exec(readme);
  return found ? [found[1]!.split('\n'), readme.slice(found[0].length)] : [[], readme];
}

function tagged(head: readonly string[], tags: readonly string[]): readonly string[] {
  const missing = tags.filter((tag) => !head.includes(`- ${tag}`)).map((tag) => `- ${tag}`);
  const at = head.indexOf('tags:');
  return at < 0 ? [...head, 'tags:', ...missing] : [...head.slice(0, at + 1), ...missing, ...head.slice(at + 1)];
}

function trainingOf({ counts, erased, baseModel, license }: CardFacts): string {
  const on = counts === '' ? 'On what it was trained was not noted.' : `Trained on ${counts}.`;
  const from = baseModel === null ? '' : ` It started from [${baseModel}](https://huggingface.co/${baseModel}).`;
  const since = erased === null ? '' : ` It ${erased}.`;
  const terms = license === unknownLicense ? ' Whoever sent it has not said under which licence it may be used.' : '';
  return `## Training\n\n${on}${since}${from} What it was trained on is no part of this repository.${terms}\n`;
}

function evaluationOf({ kind, evaluations }: CardFacts): string {
  if (kind !== 'reward') return '';
  if (evaluations.length === 0) {
    return '## Evaluation\n\nHow often it is right was not measured on pairs that it had not seen.\n';
  }
  const tables = evaluations.map(({ split, report }) => {
    const { pairs, groups, baselines } = report;
    const rows = [
      row('this model', report),
      row('the longer comment wins', baselines.longer),
      row('at random', baselines.random),
    ];
    return [
      `On the ${split} split, which it was not trained on: ${wholeNumber(pairs)} pairs of ${wholeNumber(groups)} posts.`,
      '',
      '| | right in | 95% interval | NDCG |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `## Evaluation\n\n${tables.join('\n\n')}\n`;
}

function row(what: string, { accuracy, accuracyInterval: [low, high], ndcg }: Figures): string {
  return `| ${what} | ${percent(accuracy)} | ${percent(low)} to ${percent(high)} | ${figure(ndcg)} |`;
}
