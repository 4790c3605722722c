/**
 * How many of the lowest layers stay as they are, and whether the embeddings learn. `trainedShare` leaves out layers alone, and
 * counts as the original did, `layers[:-int(share * n)]`: of a model so small that no layer would be trained, all are.
 */
export function frozenOf(
  { frozenLayers, trainedShare }: { readonly frozenLayers: number; readonly trainedShare: number },
  layers: number,
): [frozen: number, embeddingsLearn: boolean] {
  const trained = Math.floor(trainedShare * layers);
  return [Math.max(frozenLayers, trained === 0 ? 0 : layers - trained), frozenLayers === 0];
}
