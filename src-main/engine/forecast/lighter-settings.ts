/** Settings under which a training takes less memory or time, those first that change it least. */

import { capital, counted } from '../../common/words.ts';
import type { TrainingConfig } from '../../contract/engine.ts';

/** Other settings for a training that takes too much memory or time. */
export type Lighter = {
  /** Of those of a kind only the first that helps is proposed. */
  readonly kind: string;
  readonly changes: Readonly<Partial<TrainingConfig>>;
  readonly config: TrainingConfig;
  readonly says: string;
};

/** What the model is like that is to be trained. */
export type Trainee = {
  readonly layers: number;
  /** Longest input that it can be given under the settings at hand. */
  readonly maxTokens: number;
  /** Whether it knows anything that is worth freezing. */
  readonly pretrained: boolean;
};

const shortest = 32;
const mostParts = 2 ** 16;

/** What to try, in the order in which to try it. */
export function lighterSettings(config: TrainingConfig, { layers, maxTokens, pretrained }: Trainee): Lighter[] {
  const found: Lighter[] = [];
  const add = (kind: string, changes: Partial<TrainingConfig>): void => {
    found.push({ kind, changes, config: { ...config, ...changes }, says: inWords(changes, layers) });
  };
  const batches = smallerBatches(config, maxTokens);
  const again = config.recompute === 0 && layers > 1 ? { recompute: 1 } : {};
  const half = Math.floor(maxTokens / 2);
  const least = { ...again, ...batches.at(-1) };
  const frozen = Math.max(config.frozenLayers, Math.ceil(layers / 2));

  for (const changes of batches) add('batches', changes);
  if (again.recompute) {
    add('recompute', again);
    for (const changes of batches) add('batches and recompute', { ...changes, ...again });
  }
  if (half >= shortest) {
    const shorter = { maxTokens: half, ...(smallerBatches(config, half).at(-1) ?? {}), ...again };
    add('shorter', { maxTokens: half });
    add('shorter', shorter);
    add('shorter', { ...shorter, ...(smallerBatches(config, shortest).at(-1) ?? {}), maxTokens: shortest });
  }
  if (pretrained && layers > 1 && frozen > config.frozenLayers) {
    add('frozen', { frozenLayers: frozen });
    add('frozen', { frozenLayers: frozen, ...least });
    add('frozen', { frozenLayers: layers - 1, ...least });
  }
  if (config.epochs > 1) add('epochs', { epochs: 1 });
  return found;
}

/** Half at once, a quarter, an eighth and so on, with as many more batches in a step: as long as two inputs fit in. */
function smallerBatches(config: TrainingConfig, maxTokens: number): Partial<TrainingConfig>[] {
  const { tokensPerBatch, pairsPerBatch, blocksPerBatch, accumulation } = config;
  const found: Partial<TrainingConfig>[] = [];
  for (let parts = 2; parts <= mostParts; parts *= 2) {
    const more = { accumulation: accumulation * parts };
    const tokens = Math.floor(tokensPerBatch / parts);
    if (pairsPerBatch > 0) {
      if (pairsPerBatch % parts === 0) found.push({ pairsPerBatch: pairsPerBatch / parts, ...more });
    } else if (blocksPerBatch > 0) {
      if (blocksPerBatch % parts === 0) found.push({ blocksPerBatch: blocksPerBatch / parts, ...more });
    } else if (tokens >= 2 * maxTokens) found.push({ tokensPerBatch: tokens, ...more });
  }
  return found;
}

function inWords(changes: Partial<TrainingConfig>, layers: number): string {
  const { accumulation, recompute, maxTokens, frozenLayers, epochs } = changes;
  const atOnce = (['tokens', 'pairs', 'blocks'] as const).flatMap((what) => {
    const count = changes[`${what}PerBatch`];
    return count === undefined
      ? []
      : [`run ${counted(count, what.slice(0, -1))} at once and add up ${accumulation} batches for a step`];
  });
  const parts = [
    ...atOnce,
    ...(recompute ? ['compute layers a second time instead of keeping them'] : []),
    ...(maxTokens === undefined ? [] : [`read ${counted(maxTokens, 'token')} of a text at most`]),
    ...(frozenLayers === undefined ? [] : [`leave the lowest ${frozenLayers} of ${layers} layers as they are`]),
    ...(epochs === undefined ? [] : ['go through the data once']),
  ];
  const text = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
  return `${capital(text)}.`;
}
