import type { ImportRequest, ImportResult, Progress } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Tokenizer } from '../tokenizer/bpe.ts';
import { gpt2Tokenizer, tokenizerFromGpt2, tokenizerFromJson } from '../tokenizer/files.ts';
import { readJson } from './folder.ts';
import { expectedShapes } from './gpt2-names.ts';
import { collectWeights, type FoundWeights } from './gpt2-weights.ts';
import { checkConfig, type ModelConfig, writeModelFolder } from './model-folder.ts';
import { openWeights } from './open-weights.ts';
import { factsOfConfig } from './reading-facts.ts';
import { elements, type FileTensor, type TensorSource } from './tensor-file.ts';

type Hooks = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void };

/** Width of a head in every GPT-2 that was published. */
const headWidth = 64;
/** The original recipe cut its texts to this length; a model that was exported here says its own. */
const rewardTokens = 512;
const gpt2Vocabulary = 50_257;
const largest = { width: 65_536, layers: 1_000 } as const;

/**
 * Makes a model folder of ours from a GPT-2 as Hugging Face stores it, or from a reward checkpoint of the original recipe. Only
 * one tensor is in memory at a time. The folder appears whole or not at all.
 * @throws TiebreakError not-found, bad-input or damaged with what is wrong with which file
 */
export async function importGpt2(request: ImportRequest, hooks: Hooks): Promise<ImportResult> {
  const weights = collectWeights(await Promise.all(request.weights.map(openWeights)));
  const config = request.config
    ? checkConfig(await readJson(request.config), request.config)
    : configOf(weights, request.weights[0]!);
  const { tokenizer, note } = await tokenizerOf(request, config);
  const head = weights.parameters.has('v_head.weight');
  const shapes = shapesOf(config, head, weights);
  if (!head && weights.outputs.length === 0 && (await saysUntied(request))) {
    throw bad(
      'its config.json says that its output matrix is its own (tie_word_embeddings false), and the weights lack it',
    );
  }
  const parameters = [...shapes.values()].reduce((sum, shape) => sum + elements(shape), 0);
  const kind = head ? 'reward' : 'sft';
  const facts = factsOfConfig(request.config ? await readJson(request.config) : null);
  const maxTokens = head ? Math.min(facts.maxTokens ?? rewardTokens, config.n_positions) : config.n_positions;
  await writeModelFolder(request.modelFolder, {
    config,
    tokenizer,
    manifest: {
      kind,
      createdAt: new Date().toISOString(),
      // What came from elsewhere is cut as the original recipe did it.
      trainingConfig: facts.cutOnce ? { cutOnce: 1 } : {},
      result: { parameters },
      maxTokens,
    },
    tensors: checkedTensors(shapes, weights, hooks),
  });
  return { kind, parameters, note, context: facts.context ?? 'post' };
}

/** The configuration that the shapes of the tensors tell, where there is no config.json. */
function configOf({ parameters }: FoundWeights, path: string): ModelConfig {
  const shapeOf = (name: string): readonly number[] => parameters.get(name)?.[0]?.shape ?? [];
  const [vocabulary, width] = shapeOf('wte.weight');
  const [positions] = shapeOf('wpe.weight');
  let layers = 0;
  while (parameters.has(`h.${layers}.ln_1.weight`)) layers += 1;
  if (!vocabulary || !width || !positions || layers === 0) throw bad(`${path} holds no GPT-2`);
  if (width % headWidth !== 0) {
    throw bad(
      `a config.json is missing beside ${path}, and its width of ${width} does not tell how many heads it has: put the config.json into the same folder`,
    );
  }
  return checkConfig(
    {
      model_type: 'gpt2',
      n_embd: width,
      n_layer: layers,
      n_head: width / headWidth,
      n_positions: positions,
      vocab_size: vocabulary,
    },
    path,
  );
}

/** The tokenizer that lies beside the weights; GPT-2's own where there is none and the vocabulary is as large as that one. */
async function tokenizerOf(
  { tokenizer: paths }: ImportRequest,
  { vocab_size: size }: ModelConfig,
): Promise<{ readonly tokenizer: Tokenizer; readonly note: string | null }> {
  if (paths.length === 0) {
    if (size !== gpt2Vocabulary) {
      throw bad(
        `its tokenizer is missing (tokenizer.json, or vocab.json and merges.txt), and its ${size} tokens are not GPT-2's own: put it into the same folder`,
      );
    }
    const note = "No tokenizer came with it: GPT-2's own was taken, which has as many tokens.";
    return { tokenizer: await gpt2Tokenizer(), note };
  }
  const [first, second] = paths as [string, string?];
  const tokenizer = second === undefined ? await tokenizerFromJson(first) : await tokenizerFromGpt2(first, second);
  if (tokenizer.vocabularySize > size) {
    throw bad(`its tokenizer has ${tokenizer.vocabularySize} tokens, and the weights know only ${size}`);
  }
  return { tokenizer, note: null };
}

/** The shapes of all parameters, once the weights have exactly these. */
function shapesOf(config: ModelConfig, head: boolean, { parameters }: FoundWeights): Map<string, readonly number[]> {
  if (config.n_embd > largest.width || config.n_layer > largest.layers)
    throw bad('its config.json has sizes that no GPT-2 has');
  const shapes = expectedShapes({
    width: config.n_embd,
    layers: config.n_layer,
    positions: config.n_positions,
    vocabulary: config.vocab_size,
  });
  if (head) shapes.set('v_head.weight', [1, config.n_embd]);
  for (const [name, shape] of shapes) {
    const wanted = shape.join(' x ');
    const sources = parameters.get(name);
    if (!sources) throw damaged(`${name} is missing and should be ${wanted}`);
    for (const source of sources) {
      if (source.shape.join(' x ') !== wanted) {
        throw damaged(`${name} is ${source.shape.join(' x ') || 'a single number'} and should be ${wanted}`);
      }
    }
  }
  for (const name of parameters.keys()) {
    if (!shapes.has(name)) throw damaged(`they hold ${name}, which its config.json knows nothing of`);
  }
  return shapes;
}

async function saysUntied({ config }: ImportRequest): Promise<boolean> {
  if (!config) return false;
  return ((await readJson(config)) as { tie_word_embeddings?: unknown }).tie_word_embeddings === false;
}

/** The tensors to be written, each checked when it is read: one that is there more than once must be the same each time. */
function checkedTensors(
  shapes: ReadonlyMap<string, readonly number[]>,
  { parameters, outputs }: FoundWeights,
  { signal, onProgress }: Hooks,
): ReadonlyMap<string, TensorSource> {
  const embedding = parameters.get('wte.weight')!;
  const untied = outputs.filter(({ place }) => !embedding.some((source) => source.place === place));
  const all = (name: string) => [...parameters.get(name)!, ...(name === 'wte.weight' ? untied : [])];
  const total = [...shapes.keys()].flatMap(all).reduce((sum, { bytes }) => sum + bytes, 0);
  const begun = performance.now();
  let done = 0;
  const readOne = async (source: FileTensor): Promise<Float32Array> => {
    if (signal.aborted) {
      throw new TiebreakError('cancelled', 'The import of the model was cancelled. Nothing was changed.');
    }
    const data = await source.read();
    done += source.bytes;
    const seconds = (performance.now() - begun) / 1000;
    onProgress({ phase: 'import', done, total, speed: null, secondsLeft: (seconds * (total - done)) / done });
    return data;
  };
  const read = async (name: string): Promise<Float32Array> => {
    const [first, ...copies] = all(name);
    const data = await readOne(first!);
    if (!data.every(Number.isFinite)) throw damaged(`${name} holds numbers that are none (infinite, or NaN)`);
    for (const copy of copies) {
      if (!same(await readOne(copy), data)) throw differs(name, outputs.includes(copy));
    }
    return data;
  };
  return new Map([...shapes].map(([name, shape]) => [name, { shape, read: () => read(name) }]));
}

function same(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}

function differs(name: string, output: boolean): TiebreakError {
  if (!output) return damaged(`they hold ${name} twice, with different numbers`);
  return bad(
    "its output matrix (lm_head.weight) is not its token embedding, which GPT-2's is: such a model can't be run here",
  );
}

const bad = (why: string): TiebreakError => new TiebreakError('bad-input', `The model can't be used: ${why}.`);
const damaged = (why: string): TiebreakError =>
  new TiebreakError('damaged', `The weights are damaged or of another model: ${why}.`);
