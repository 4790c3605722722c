/**
 * The losses as graphs: what a model gives, how far that is from what it should give, and the derivatives by the tensors that are
 * trained. The models are described in engine/model, the derivatives in graph/gradient.ts.
 */

import type { TrainingConfig } from '../../contract/engine.ts';
import { gradients, type Segment } from '../graph/gradient.ts';
import { createGraph, input, state, type Tensor } from '../graph/graph.ts';
import { inMixedPrecision } from '../graph/mixed-precision.ts';
import * as o from '../graph/operators.ts';
import { product } from '../graph/shape.ts';
import type { BertConfig } from '../model/bert.ts';
import { encoderRewardParameters, encoderRewards } from '../model/encoder-reward.ts';
import { type Body, type Gpt2Config, logits, parameters } from '../model/gpt2.ts';
import { rowRewards } from '../model/gpt2-rows.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import { isBert, type TextEncoderConfig } from '../model/text-encoder.ts';
import { togetherParameters, togetherRewards } from '../model/together-reward.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';
import { lossScaleName } from './loss-scale.ts';
import { gradientOf } from './optimizer.ts';

export type LossProgram = ProgramSpec & {
  /** Names and shapes of the dropout masks to feed: 0 or 1/(1-p), drawn anew for every run. */
  readonly masks: readonly { readonly name: string; readonly shape: Tensor['shape'] }[];
  /** The table whose rows alone are fed that occur, as `words`; the feed `ids` then counts among them. Null where all are state. */
  readonly rowsOf: string | null;
};

export type LossOptions = {
  readonly dropout: boolean;
  /** The tensors to differentiate by; none for a program that only evaluates. */
  readonly trained: readonly ParameterSpec[];
  /** Whether layers compute once more for the gradient what they could have kept for it. */
  readonly recompute?: boolean;
  /**
   * Whether gradients are added to those that are there: the program then has a further feed, `kept`, 1 to add to them and 0
   * to begin anew.
   */
  readonly accumulate?: boolean;
  /** Whether only those rows of the table of words are given that occur (word-rows.ts). */
  readonly occurring?: boolean;
  /**
   * Whether it is computed in mixed precision: the program then has a further feed, `lossScale`, by which the loss is multiplied before
   * it is differentiated. What comes out is not scaled.
   */
  readonly mixed?: boolean;
};

/** What a model is described with: the same in each architecture, but for its configuration. */
type Parts = Omit<Body, 'config'>;

/**
 * -log sigmoid(chosen - rejected) over pairs (Ouyang et al., 2022). Feeds besides those of `rowRewards`: `first`, `second`
 * [pairs], places among the inputs; `target` [pairs], the probability that the first is better (a tie is a half); `weight`
 * [pairs], the pair's share in the loss. Gives `loss` (the weighted sum), `rewards` [inputs], and stores the gradients.
 */
export function rewardLossProgram(config: Gpt2Config, options: LossOptions): LossProgram {
  return lossProgram(
    parameters(config, true),
    options,
    (parts) => pairLoss(rowRewards({ ...parts, config })),
    wordTable,
  );
}

/** The same for a sentence encoder with its head. */
export function encoderRewardLossProgram(config: TextEncoderConfig, options: LossOptions): LossProgram {
  return lossProgram(
    encoderRewardParameters(config),
    options,
    (parts) => pairLoss(encoderRewards({ ...parts, config })),
    isBert(config) ? wordTable : null,
  );
}

/** The same for an encoder that reads post and comment as one. */
export function togetherLossProgram(config: BertConfig, options: LossOptions): LossProgram {
  return lossProgram(
    togetherParameters(config),
    options,
    (parts) => pairLoss(togetherRewards({ ...parts, config })),
    wordTable,
  );
}

function pairLoss(reward: Tensor): Described {
  const { graph } = reward;
  const [first, second] = ['first', 'second'].map((name) => input(graph, name, ['pairs'], 'int32')) as [Tensor, Tensor];
  const [target, weight] = ['target', 'weight'].map((name) => input(graph, name, ['pairs'])) as [Tensor, Tensor];
  const difference = o.sub(o.gather(reward, first), o.gather(reward, second));
  // -t log sigmoid(x) - (1 - t) log sigmoid(-x) = softplus(-x) + (1 - t) x
  const losses = o.add(o.softplus(o.neg(difference)), o.mul(o.sub(o.constant(graph, 1), target), difference));
  return { loss: o.sum(o.mul(losses, weight), [0]), outputs: { rewards: reward } };
}

/**
 * Cross-entropy of the next token. Feeds besides those of `hiddenStates`: `targets` and `weight` [batch*length], the next
 * token of every place and its share in the loss (0 for padding). Gives `loss`, and stores the gradients.
 */
export function languageModelLossProgram(config: Gpt2Config, options: LossOptions): LossProgram {
  return lossProgram(parameters(config, false), options, (parts) => {
    const tokens = product(['batch', 'length']);
    const targets = input(parts.graph, 'targets', [tokens], 'int32');
    const weight = input(parts.graph, 'weight', [tokens]);
    const losses = o.crossEntropy(logits({ ...parts, config }), targets);
    return { loss: o.sum(o.mul(losses, weight), [0]), outputs: {} };
  });
}

/** The two programs of a training. */
export type LossPrograms = {
  /** Of a step: with gradients, and with dropout where that is wanted. */
  readonly learning: LossProgram;
  /** Of a look at the validation split: the same outputs without either. */
  readonly looking: LossProgram;
};

/** Of a GPT-2 with a reward head, and of an encoder of the BERT family: what nothing but the feed `ids` reads. */
const wordTable = 'wte.weight';

/** @param loss describes the model with its loss */
export function lossPrograms(
  loss: (options: LossOptions) => LossProgram,
  {
    dropout,
    recompute,
    accumulation,
    mixedPrecision,
  }: Pick<TrainingConfig, 'dropout' | 'recompute' | 'accumulation' | 'mixedPrecision'>,
  trained: readonly ParameterSpec[],
): LossPrograms {
  const occurring = trained.some(({ name }) => name === wordTable);
  return {
    learning: loss({
      dropout: dropout > 0,
      trained,
      recompute: recompute > 0,
      accumulate: accumulation > 1,
      occurring,
      mixed: mixedPrecision > 0,
    }),
    looking: loss({ dropout: false, trained: [], occurring }),
  };
}

type Described = { readonly loss: Tensor; readonly outputs: Readonly<Record<string, Tensor>> };

function lossProgram(
  specs: readonly ParameterSpec[],
  { dropout, trained, recompute = false, accumulate = false, occurring = false, mixed = false }: LossOptions,
  describe: (parts: Parts) => Described,
  table: string | null = null,
): LossProgram {
  const graph = createGraph();
  const rowsOf = occurring ? table : null;
  const weights = new Map(
    specs.map(({ name, shape }) => [
      name,
      name === rowsOf ? input(graph, name, occurringRows(shape)) : state(graph, name, shape),
    ]),
  );
  const masks: { name: string; shape: Tensor['shape'] }[] = [];
  const drop = (x: Tensor, place: string): Tensor => {
    const name = `dropout.${place}`;
    masks.push({ name, shape: x.shape });
    return o.mul(x, input(graph, name, x.shape));
  };
  const segments: Segment[] = [];
  const recomputed: Body['recomputed'] = (build) => {
    const from = graph.nodes.length;
    const made = build();
    if (recompute) segments.push({ from, to: graph.nodes.length });
    return made;
  };
  const { loss, outputs } = describe({
    graph,
    weight: (name) => weights.get(name)!,
    dropout: dropout ? drop : (x) => x,
    recomputed,
  });
  const stored: Record<string, Tensor> = {};
  if (trained.length > 0) {
    const scale = mixed ? input(graph, lossScaleName, []) : null;
    const ds = gradients(
      scale ? o.mul(loss, scale) : loss,
      trained.map(({ name }) => weights.get(name)!),
      segments,
    );
    const kept = accumulate ? input(graph, 'kept', []) : null;
    trained.forEach(({ name }, i) => {
      const own = gradientOf(name);
      const { shape } = weights.get(name)!;
      const d = scale ? o.div(ds[i]!, scale) : ds[i]!;
      stored[own] = kept ? o.add(o.mul(state(graph, own, shape), kept), d) : d;
    });
  }
  // A step reads nothing but its loss.
  const spec: ProgramSpec = { graph, outputs: trained.length > 0 ? { loss } : { loss, ...outputs }, stored };
  return { ...(mixed ? inMixedPrecision(spec) : spec), masks, rowsOf };
}

/** The shape of a table's rows that occur. */
export function occurringRows([, ...row]: readonly number[]): Tensor['shape'] {
  return ['words', ...row];
}
