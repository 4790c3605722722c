import type { TrainOutcome } from '../../app.ts';
import { bestWords, leftOutWords, partRows, quickOf } from '../../common/best-words.ts';
import { candidateName, candidatesWords } from '../../common/candidate-words.ts';
import { foreignAdvice, foreignInWords } from '../../common/language-words.ts';
import { gainInSentences } from '../../common/more-answers-words.ts';
import { resultInWords } from '../../common/result-words.ts';
import { votesWords } from '../../common/votes-words.ts';
import { counted, duration, wholeNumber } from '../../common/words.ts';
import type { BestReport } from '../../contract/best.ts';
import type { AfterTraining, Candidates, ModelInUse } from '../../contract/reports.ts';
import { printEvaluation } from './print.ts';
import { ascii, type Cell, fixed, percent, table } from './table.ts';

/** A training, and what followed it. @param compare whether that was wanted */
export function printTraining(outcome: TrainOutcome, kind: 'sft' | 'reward', compare: boolean): string {
  const model = printModel(outcome);
  if (kind === 'sft') return model;
  const ranks = outcome.best?.chosen === 'quick' ? quickOf(outcome.best) : outcome.model;
  return [model, printAfterTraining(ranks, outcome, compare)].join('\n\n');
}

/** What a training for the best came to. */
function printBest(outcome: TrainOutcome, best: BestReport): string {
  const rows = partRows(best).map(({ label, model, run, share }): Cell[] => [
    label,
    model,
    `run ${run}`,
    share === null ? '' : percent(share),
  ]);
  return [
    `The training for the best is done (run ${outcome.run}, ${duration(outcome.seconds)} on ${outcome.device}).`,
    table(['', 'model', '', best.blend === null ? '' : 'share of the blend'], rows),
    ...leftOutWords(best),
    bestWords(best, outcome.model),
  ].join('\n');
}

/** The model that a training made. */
export function printModel(outcome: TrainOutcome): string {
  if (outcome.best) return printBest(outcome, outcome.best);
  const validation = Object.entries(outcome.validation).map(([name, value]): Cell[] => {
    return [`validation ${name}`, name === 'accuracy' ? percent(value) : fixed(value)];
  });
  const { cuts } = outcome;
  const cut = cuts.postCut + cuts.commentCut > 0;
  return [
    `The model ${outcome.model} is ready (run ${outcome.run}, ${duration(outcome.seconds)} on ${outcome.device}).`,
    table(null, [
      ['steps', `${outcome.steps} (kept: ${outcome.bestStep})`],
      ['training loss', fixed(outcome.loss)],
      ...validation,
      ['parameters', wholeNumber(outcome.parameters)],
    ]),
    ...(cut
      ? [
          `Too long for the model: ${counted(cuts.postCut, 'post')} and ${counted(cuts.commentCut, 'comment')} of ${counted(cuts.inputs, 'text')} were cut.`,
        ]
      : []),
    ...(outcome.more ? ['', ...gainInSentences(outcome.more).map(ascii)] : []),
    ...(outcome.notes ?? []),
    ...(outcome.foreign ? [foreignInWords(outcome.foreign), foreignAdvice(outcome.foreign)] : []),
  ].join('\n');
}

/**
 * What the new model was compared with and which one is in use now, its figures, and how many comments it scored.
 * @param model what scored them
 */
export function printAfterTraining(model: string, after: AfterTraining, compare: boolean): string {
  const { modelInUse, votes } = after;
  const comparable = !compare || after.candidates !== null;
  const made = votes ? [votesWords(votes, { comparable })] : [];
  if (!compare) {
    const left = 'Comparing, evaluating and scoring were left out (--no-compare).';
    return [...made, left, ...inUseWords(modelInUse, null)].join('\n');
  }
  const cut = `Stopped before all of it was compared, evaluated and scored. ${model} is kept, and the rest is made up for when it is needed.`;
  return [
    ...(after.cutShort ? [cut] : []),
    [...printCandidates(after), ...inUseWords(modelInUse, after.candidates)].join('\n'),
    ...made,
    ...printFigures(after),
    `${counted(after.scored, 'comment has', 'comments have')} a score from ${model}.`,
    ...printResult(after),
  ].join('\n\n');
}

function printCandidates({ candidates, cutShort }: AfterTraining): string[] {
  if (candidates) {
    const where = `Compared on ${counted(candidates.pairs, 'pair')} of the validation split, the most often right first:`;
    return [where, candidatesTable(candidates), candidatesWords(candidates)];
  }
  return cutShort ? [] : ['Models were not compared: the validation split has no pairs with a better side.'];
}

/** Whoever could rank, the best first. */
function candidatesTable({ list }: Candidates): string {
  const rows = list.map((one): Cell[] => [
    candidateName(one),
    percent(one.accuracy),
    `${percent(one.interval[0])} to ${percent(one.interval[1])}`,
  ]);
  return table(['', 'accuracy', '95% interval'], rows);
}

const reasons: Readonly<Record<ModelInUse['why'], string>> = {
  chosen: 'a person chose it',
  best: 'of the models that were compared, it is right most often on validation',
  newest: 'it is the newest reward model',
};

function inUseWords(modelInUse: ModelInUse | null, candidates: Candidates | null): string[] {
  if (!modelInUse) return [];
  const first = candidates?.list.find(({ model }) => model !== null)?.model?.name;
  const { name, why } = modelInUse;
  const reason =
    why === 'best' && first !== undefined && first !== name ? 'the training for the best chose it' : reasons[why];
  return [`${name} is in use now: ${reason}.`];
}

/** How often it agrees with people, as its page says it first, once it was measured. */
function printResult({ evaluation }: AfterTraining): string[] {
  const said = evaluation && resultInWords(evaluation);
  return said ? [ascii(said)] : [];
}

/** On pairs that the model never learned from, beside random and the rule that the longer comment wins. */
function printFigures({ evaluation, cutShort }: AfterTraining): string[] {
  if (evaluation) return [printEvaluation(evaluation)];
  return cutShort
    ? []
    : ['It was not measured on pairs it never learned from: the test and the validation split have none.'];
}
