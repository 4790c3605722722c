import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImportRequest, ImportResult, Progress } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { writeWholeFolder } from '../disk/whole.ts';
import { lowerCased } from '../tokenizer/exact-normalizers.ts';
import { parseMarkedTokenizer } from '../tokenizer/huggingface.ts';
import { familyName } from './encoder-config.ts';
import { exists, readJson, weightsFile } from './folder.ts';
import { openWeights } from './open-weights.ts';
import { type EncoderNote, originsAmong, writeEncoderNote } from './published-encoder.ts';
import { isObject } from './published-json.ts';
import { writeSafetensors } from './safetensors.ts';
import { poolingFile, readSentenceFolder, type SentenceFacts, transformerFiles } from './sentence-folder.ts';
import { elements, type FileTensor, type TensorSource } from './tensor-file.ts';

type Hooks = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void };
/** Tensors of ours. */
type Wanted = readonly { readonly name: string; readonly shape: readonly number[] }[];

/**
 * Makes an encoder's folder of ours from one of the BERT family as it is published. It keeps the published form, with what its vectors
 * need and nothing else; what is said of the prompt and of letters is written out, so that it holds under any name. Only one tensor is
 * in memory at a time. The folder appears whole or not at all.
 * @param wantedOf our tensors for an encoder of these sizes
 * @throws TiebreakError not-found, bad-input or damaged with what is wrong with which file
 */
export async function importEncoder(
  request: ImportRequest,
  wantedOf: (facts: SentenceFacts) => Wanted,
  hooks: Hooks,
): Promise<ImportResult> {
  const { label } = request;
  const config = await jsonOf(request.config);
  const facts = await factsOf(request, config);
  const tokenizer = await tokenizerOf(request, facts);
  const weights = new Map((await Promise.all(request.weights.map(openWeights))).flatMap((one) => [...one]));
  const tensors = checkedTensors(weights, wantedOf(facts), facts, hooks);
  const parameters = [...tensors.values()].reduce((sum, { shape }) => sum + elements(shape), 0);
  const note: Omit<EncoderNote, 'files'> = {
    format: 1,
    name: label,
    source: label,
    licence: '',
    parameters,
  };
  await writeWholeFolder(
    request.modelFolder,
    async (folder) => {
      for (const [name, json] of Object.entries({ 'config.json': config, ...tokenizer, ...sentenceFiles(facts) })) {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, JSON.stringify(json));
      }
      await writeSafetensors(join(folder, weightsFile), tensors);
      await writeEncoderNote(folder, note);
    },
    { partial: `${request.modelFolder}.partial` },
  );
  return { kind: 'encoder', parameters, note: noteOf(facts), context: 'post' };
}

async function jsonOf(path: string | null | undefined): Promise<unknown> {
  return path && (await exists(path)) ? readJson(path) : undefined;
}

async function factsOf({ label, beside }: ImportRequest, config: unknown): Promise<SentenceFacts> {
  const modules = await jsonOf(beside['modules.json']);
  const pooling = poolingFile(modules, label);
  const transformer = transformerFiles.find((name) => Object.hasOwn(beside, name));
  return readSentenceFolder(
    {
      'config.json': config,
      'modules.json': modules,
      'sentence_bert_config.json': transformer && (await jsonOf(beside[transformer])),
      'config_sentence_transformers.json': await jsonOf(beside['config_sentence_transformers.json']),
      'tokenizer_config.json': await jsonOf(beside['tokenizer_config.json']),
      pooling: pooling === null ? undefined : await jsonOf(beside[dirname(pooling)]),
    },
    label,
  );
}

/** The tokenizer's files as they are kept. */
async function tokenizerOf(
  { tokenizer: paths, beside, label }: ImportRequest,
  { sizes, lowerCase }: SentenceFacts,
): Promise<Readonly<Record<string, unknown>>> {
  const [path] = paths;
  if (path === undefined || paths.length > 1) {
    const family = familyName(sizes.family);
    throw bad(`its tokenizer.json is missing, and without it the words of ${label}, a ${family}, are not known`);
  }
  const json = await readJson(path);
  const config = (await jsonOf(beside['tokenizer_config.json'])) ?? {};
  const kept = isObject(json) && lowerCase ? lowerCased(json) : json;
  const tokenizer = parseMarkedTokenizer(kept, config);
  if (tokenizer === null) throw bad('its tokenizer.json is of no kind that can be read');
  if (tokenizer.size > sizes.vocabulary) {
    throw bad(`its tokenizer has ${tokenizer.size} tokens, and the weights know only ${sizes.vocabulary}`);
  }
  return { 'tokenizer.json': kept, 'tokenizer_config.json': config };
}

/** The files of sentence-transformers that say the same as the facts. */
function sentenceFiles({ sizes, pooling, unit, positions, prompt }: SentenceFacts): Readonly<Record<string, unknown>> {
  const kinds = ['Transformer', 'Pooling', ...(unit ? ['Normalize'] : [])];
  return {
    'modules.json': kinds.map((kind, i) => ({
      idx: i,
      name: `${i}`,
      path: i === 0 ? '' : `${i}_${kind}`,
      type: `sentence_transformers.models.${kind}`,
    })),
    '1_Pooling/config.json': {
      word_embedding_dimension: sizes.width,
      pooling_mode_cls_token: pooling === 'first',
      pooling_mode_mean_tokens: pooling === 'mean',
      pooling_mode_max_tokens: false,
      pooling_mode_mean_sqrt_len_tokens: false,
    },
    'sentence_bert_config.json': { max_seq_length: positions, do_lower_case: false },
    'config_sentence_transformers.json':
      prompt === null
        ? { prompts: {}, default_prompt_name: null }
        : { prompts: { text: prompt }, default_prompt_name: 'text' },
  };
}

function noteOf({ prompt }: SentenceFacts): string | null {
  return prompt === null
    ? null
    : `Each text is read with ${JSON.stringify(prompt)} in front of it, as its authors want it.`;
}

/** Their tensors that are needed, each checked when it is read. */
function checkedTensors(
  weights: ReadonlyMap<string, FileTensor>,
  wanted: Wanted,
  { sizes: { family } }: SentenceFacts,
  { signal, onProgress }: Hooks,
): ReadonlyMap<string, TensorSource> {
  const origins = originsAmong(weights, family, wanted);
  if ('problem' in origins) throw damaged(origins.problem);
  const sources = origins.flatMap((one) => one.sources);
  const total = sources.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const begun = performance.now();
  let done = 0;
  const read = async (name: string, source: FileTensor): Promise<Float32Array> => {
    if (signal.aborted) {
      throw new TiebreakError('cancelled', 'The import of the model was cancelled. Nothing was changed.');
    }
    const data = await source.read();
    if (!data.every(Number.isFinite)) throw damaged(`${name} holds numbers that are none (infinite, or NaN)`);
    done += source.bytes;
    const seconds = (performance.now() - begun) / 1000;
    onProgress({ phase: 'import', done, total, speed: null, secondsLeft: (seconds * (total - done)) / done });
    return data;
  };
  return new Map(
    sources.map(([name, source]) => [name, { shape: source.shape, read: () => read(name, source) }] as const),
  );
}

const bad = (why: string): TiebreakError => new TiebreakError('bad-input', `The encoder can't be used: ${why}.`);
const damaged = (why: string): TiebreakError =>
  new TiebreakError('damaged', `The weights are damaged or of another model: ${why}.`);
