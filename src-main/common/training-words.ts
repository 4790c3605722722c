/** What a training is, in words: what it trains, how, and what from. */

import type { PairSource, PresetName } from '../contract/calls.ts';
import { type ModelMethod, type ShownOfPost, type TrainingMethod, trainingMethods } from '../contract/engine.ts';
import type { ModelKind, Run } from '../contract/records.ts';
import type { Sources } from '../contract/views.ts';
import { capital, counted, wholeNumber } from './words.ts';

export const kindWords: Readonly<Record<ModelKind, string>> = {
  reward: 'reward model',
  sft: 'language model',
  encoder: 'text reader',
};
export const methodLabels: Readonly<Record<ModelMethod, string>> = {
  quick: 'Quick',
  alone: 'Comment alone',
  deep: 'Deep',
  together: 'Together',
  best: 'Best',
  gpt: 'GPT',
};
export const presetLabels: Readonly<Record<PresetName, string>> = { original: 'Original', recommended: 'Recommended' };
export const pairSourceLabels: Readonly<Record<PairSource, string>> = {
  both: 'Both',
  labels: 'Answers',
  votes: 'Votes',
  adjacent: 'Neighbours',
};
/** The same as they stand in a sentence. */
export const pairSourceWords: Readonly<Record<PairSource, string>> = {
  both: "votes in the data and people's answers",
  labels: "people's answers",
  votes: 'votes in the data',
  adjacent: 'neighbours in the order of the votes',
};
/** What pairs to learn from follow from: '12 pairs of answers and 1,198 of votes', '24 pairs of votes'. */
export function pairsBySource(pairs: number, answered: number): string {
  if (answered === 0) return `${counted(pairs, 'pair')} of votes`;
  const ofPeople = `${counted(answered, 'pair')} of answers`;
  return answered === pairs ? ofPeople : `${ofPeople} and ${wholeNumber(pairs - answered)} of votes`;
}

type LearnedFrom = {
  /** '240 posts'. */
  readonly posts: string;
  /** Pairs that people answered, and pairs of votes. */
  readonly answers: number;
  readonly votes: number;
  /** What else is kept of it: ' (those of 3 long threads drawn from more)'. */
  readonly rest: string;
};

/** What was learned from, read from what is kept of a training: '240 posts, 12 pairs of answers and 1,198 of votes'; null of any other text. */
export function readLearnedFrom(trainedOn: string): LearnedFrom | null {
  const parts =
    /^([\d,]+ posts?), (?:([\d,]+) pairs? of answers)?(?: and )?(?:([\d,]+) (?:pairs? )?of votes)?( \(.*)?$/.exec(
      trainedOn,
    );
  if (!parts?.[2] && !parts?.[3]) return null;
  const [, posts = '', answers = '0', votes = '0', rest = ''] = parts;
  const count = (digits: string): number => Number(digits.replaceAll(',', ''));
  return { posts, answers: count(answers), votes: count(votes), rest };
}

/** That one of both counts where both speak. */
export const answersComeFirst = 'Where both speak of the same two comments, the answer counts.';

/** What answers there are: 'your 12 answers', '20 answers (12 of them yours)'. */
function answersInWords({ answers, own }: Omit<Sources, 'votes'>): string {
  if (answers === 0) return "people's answers (none yet)";
  if (own === 0) return `${counted(answers, 'answer')} of others`;
  return own >= answers
    ? `your ${counted(own, 'answer')}`
    : `${counted(answers, 'answer')} (${wholeNumber(own)} of them yours)`;
}

/** What a reward model learns from: 'your 12 answers and the votes in the data'. */
export function sourcesInWords(pairs: PairSource, sources: Sources): string {
  if (pairs === 'votes' || pairs === 'adjacent') return `${pairs === 'votes' ? 'the ' : ''}${pairSourceWords[pairs]}`;
  if (pairs === 'labels' || !sources.votes) return answersInWords(sources);
  return sources.answers === 0
    ? `the ${pairSourceWords.votes} and ${answersInWords(sources)}`
    : `${answersInWords(sources)} and the ${pairSourceWords.votes}`;
}

export const contextModeWords: Readonly<Record<ShownOfPost, string>> = {
  post: 'the whole post',
  none: 'only the title',
  nothing: 'nothing',
};

/** How a run trains; those from before there was more than one way train a GPT. */
export const methodOfRun = ({ config }: Pick<Run, 'config'>): TrainingMethod =>
  trainingMethods.find((known) => known === config.method) ?? 'gpt';

/** What a training makes by its method and its settings: one that reads no post is told apart from those that do. */
export const modelMethodOf = (method: TrainingMethod, config: Readonly<Record<string, unknown>>): ModelMethod =>
  method === 'together' && Number(config.readsPost ?? 1) === 0 ? 'alone' : method;

/** How a model was trained that is told apart by this. */
export const trainingMethodOf = (method: ModelMethod): TrainingMethod => (method === 'alone' ? 'together' : method);

/** What the model of a run is told apart by. */
export const modelMethodOfRun = (run: Pick<Run, 'config'>): ModelMethod => modelMethodOf(methodOfRun(run), run.config);

/** What a model is: 'Quick reward model'. */
export const modelWords = ({ kind, method }: { readonly kind: ModelKind; readonly method: ModelMethod }): string => {
  const words = kind === 'reward' ? `${methodLabels[method]} ${kindWords[kind]}` : kindWords[kind];
  return capital(words);
};
