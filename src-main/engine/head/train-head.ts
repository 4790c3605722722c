import { createRandom } from '../../common/random.ts';
import { type Progress, type TrainRequest, type TrainResult, useEncoder } from '../../contract/engine.ts';
import { clearRunFolder } from '../run/run-folder.ts';
import { type HeadData, readHeadData } from './data.ts';
import { blocksOfWeights, type Scaling, scaleRows, scalingOf, widen, withoutRareWords } from './features.ts';
import { type Choice, cautious, fitHead, strengths, type Tried } from './fit.ts';
import { type DrawnHead, writeHeadFolder } from './head-folder.ts';
import { drawDeviations } from './posterior.ts';
import { type Start, usualStart } from './start.ts';

/** Tokens that the encoder reads of a text. */
const maxTokens = 128;

type Hooks = {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Hears, once the model is written, what it learned from. */
  readonly onLearned?: (learned: Learned) => void;
};

/** What a head learned from, scaled, and how strongly its weights were held; Infinity where they stayed where they were. */
export type Learned = { readonly data: HeadData; readonly strength: number };

/**
 * Trains a head on the vectors in the run's folder, and writes its model. Where there are no pairs, the model knows what is
 * believed before anything was learned.
 * @throws TiebreakError cancelled: the folder is then as it was
 */
export async function trainHead(
  { runFolder, modelFolder, config, kind, encoder = useEncoder }: TrainRequest,
  { onProgress, signal, onLearned }: Hooks,
): Promise<TrainResult> {
  const begun = performance.now();
  const width = async (): Promise<number> => (await import('../model/read-encoder.ts')).widthOfEncoder(encoder);
  const [learned, held] = await Promise.all([
    readHeadData(runFolder, 'train', width),
    readHeadData(runFolder, 'validation', width),
  ]);
  const onTried = (tried: Tried): void => onProgress(progressOf(tried));
  const { head, strength, by, wide, ...chosen } = await learnHead(learned, held, { onTried, signal });
  const result: TrainResult = {
    steps: chosen.tried,
    loss: Number.isNaN(chosen.loss) ? 0 : chosen.loss,
    bestStep: chosen.number,
    validation: figuresOf(chosen.validation),
    parameters: head.weights.length,
    device: 'cpu',
    cuts: { inputs: learned.rows.count + held.rows.count, postCut: 0, commentCut: 0 },
    seconds: (performance.now() - begun) / 1000,
  };
  await writeHeadFolder(
    modelFolder,
    { ...head, encoder: encoder.name },
    {
      kind,
      createdAt: new Date().toISOString(),
      // JSON has no infinity.
      trainingConfig: { seed: config.seed, strength: Number.isFinite(strength) ? strength : null, chosenBy: by },
      result,
      maxTokens,
    },
  );
  onLearned?.({ data: wide, strength });
  await clearRunFolder(runFolder);
  return result;
}

/**
 * Learns a head from the pairs of one split, and chooses by those of another. The rows of both are scaled where they are.
 * @returns beside the choice, `wide`: what it learned from, scaled
 * @throws TiebreakError cancelled
 */
export async function learnHead(
  learned: HeadData,
  held: HeadData,
  hooks: Parameters<typeof fitHead>[3],
  start: Start = usualStart(learned.rows.blocks),
): Promise<Omit<Choice, 'weights'> & { readonly head: DrawnHead; readonly wide: HeadData }> {
  const scaling = scalingOf(learned.rows, learned.post);
  const prepared = (data: HeadData): HeadData => {
    scaleRows(data.rows, scaling);
    return { ...data, rows: widen(data.rows, scaling, data.texts) };
  };
  const wide = prepared(learned);
  const train = { ...wide, rows: withoutRareWords(wide.rows) };
  const { weights, ...choice } = await fitHead(train, prepared(held), start, hooks);
  // Where nothing did better than what was believed before, that is no more than cautiously sure.
  const strength = Number.isFinite(choice.strength) ? choice.strength : cautious;
  const deviations = drawDeviations(train, weights, strength, start, createRandom(train.pairs.length));
  return { ...choice, head: headOf(weights, deviations, scaling), wide };
}

/** Puts the scaling of vectors and plain features into their weights. */
function headOf(weights: Float64Array, drawn: Float32Array, scaling: Scaling): DrawnHead {
  const { comment, product, mean, deviation, plain } = scaling;
  const blocks = blocksOfWeights(weights);
  const factor = (i: number): number => {
    if (i < blocks.plain) return i < blocks.product ? comment : product;
    return i < blocks.bent ? plain : 1;
  };
  return {
    weights: Float32Array.from(weights, (weight, i) => weight * factor(i)),
    mean,
    deviation,
    deviations: drawn.map((value, i) => value * factor(i % blocks.words)),
  };
}

/** Figures that exist: an accuracy needs a pair with a better side. */
function figuresOf(validation: Tried['validation']): TrainResult['validation'] {
  if (validation === null) return {};
  const { loss, accuracy, decided } = validation;
  return decided === 0 ? { loss } : { loss, accuracy };
}

function progressOf({ loss, gradientNorm, validation, metrics, number: done }: Tried): Progress {
  const figures = figuresOf(validation);
  const point = {
    step: done,
    loss: Number.isNaN(loss) ? 0 : loss,
    learningRate: 0,
    gradientNorm,
    ...(figures.loss === undefined ? {} : { validationLoss: figures.loss }),
    ...(figures.accuracy === undefined ? {} : { validationAccuracy: figures.accuracy }),
    ...(validation === null ? {} : { metrics }),
  };
  return { phase: 'train', done, total: strengths.length + 2, speed: null, secondsLeft: null, point };
}
