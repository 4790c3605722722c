import { TiebreakError } from '../contract/errors.ts';
import { isBuffer, isOutputMatrix, parameterName } from './gpt2-names.ts';
import { shown } from './pickle.ts';
import type { FileTensor } from './tensor-file.ts';

/** The tensors of a GPT-2, wherever they lie. */
export type FoundWeights = {
  /** By our names; a parameter that is stored more than once has as many sources. */
  readonly parameters: ReadonlyMap<string, readonly FileTensor[]>;
  /** Output matrices, which must be the token embedding. */
  readonly outputs: readonly FileTensor[];
};

/**
 * Sorts the tensors of the files of one model. What is stored once under two names counts once.
 * @throws TiebreakError bad-input where there is a tensor that a GPT-2 with at most a reward head doesn't have
 */
export function collectWeights(files: readonly ReadonlyMap<string, FileTensor>[]): FoundWeights {
  const parameters = new Map<string, FileTensor[]>();
  const outputs: FileTensor[] = [];
  const add = (list: FileTensor[], source: FileTensor): void => {
    if (!list.some(({ place }) => place === source.place)) list.push(source);
  };
  for (const [name, source] of files.flatMap((tensors) => [...tensors])) {
    const parameter = parameterName(name);
    if (parameter !== null) {
      const list = parameters.get(parameter) ?? [];
      parameters.set(parameter, list);
      add(list, source);
    } else if (isOutputMatrix(name)) {
      add(outputs, source);
    } else if (!isBuffer(name)) {
      throw new TiebreakError(
        'bad-input',
        `The model can't be used: it holds ${shown(name)}, which neither a GPT-2 nor a reward head of one has.`,
      );
    }
  }
  return { parameters, outputs };
}
