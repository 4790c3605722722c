import type { Tensor } from '../graph/graph.ts';

/** A tensor of a model. */
export type ParameterSpec = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of a fresh tensor around its centre. */
  readonly deviation: number;
  readonly centre: 0 | 1;
};

/** Called on the activations at each place where a model has dropout; the identity where there is none. */
export type Dropout = (x: Tensor, place: string) => Tensor;

/** Called with what builds a layer whose results need not be kept for the gradient, since it may compute them once more. */
export type Recomputed = (build: () => Tensor) => Tensor;
export const once: Recomputed = (build) => build();

/** The layer a tensor belongs to: 0 for the embeddings, layers + 1 for what comes behind the last one. */
export function layerOf(name: string, layers: number): number {
  if (/^(w[tpsd]e|ln_e)\./.test(name)) return 0;
  const layer = /^h\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? layers + 1 : Number(layer) + 1;
}

/** The tensors that are trained when the lowest `frozen` layers stay as they are, and the embeddings unless they learn. */
export function trainedAbove(
  specs: readonly ParameterSpec[],
  layers: number,
  frozen: number,
  embeddingsLearn = frozen === 0,
): readonly ParameterSpec[] {
  return specs.filter(({ name }) => {
    const layer = layerOf(name, layers);
    return layer === 0 ? embeddingsLearn : layer > frozen;
  });
}
