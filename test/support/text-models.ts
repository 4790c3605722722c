import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBlendFolder } from '../../src-main/checkpoint/blend-folder.ts';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { type TextInput, useEncoder, vectorWidth } from '../../src-main/contract/engine.ts';
import { writeEncoderFolder } from '../../src-main/engine/head/encoder-folder.ts';
import { blocksOf, plainNames } from '../../src-main/engine/head/features.ts';
import { type Head, writeHeadFolder } from '../../src-main/engine/head/head-folder.ts';
import { writeTogetherFolder } from '../../src-main/engine/head/together-folder.ts';
import { typical } from '../../src-main/engine/head/typical.ts';
import type { BertConfig } from '../../src-main/engine/model/bert.ts';
import { readPublishedEncoder } from '../../src-main/engine/model/bert-encoder.ts';
import { encoderRewardParameters } from '../../src-main/engine/model/encoder-reward.ts';
import { type PretrainedEncoder, readsMarked } from '../../src-main/engine/model/text-encoder.ts';
import { asTogether, togetherParameters } from '../../src-main/engine/model/together-reward.ts';
import { resource } from '../../src-main/root.ts';
import { addModel, findModel } from '../../src-main/store/models.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { encodersFolder } from './fixtures.ts';
import { homeWithGpt2 } from './gpt2-fixture.ts';
import { smallEncoder } from './small-deep-encoder.ts';

const manifest = {
  kind: 'reward',
  createdAt: '2026-01-01T00:00:00.000Z',
  trainingConfig: {},
  result: { parameters: 1 },
  maxTokens: 128,
} as const;

type BertEncoder = Extract<PretrainedEncoder, { config: BertConfig }>;

/** A small random encoder of the fixtures. */
export async function publishedEncoder(name: string): Promise<BertEncoder> {
  const encoder = await readPublishedEncoder(join(encodersFolder(), name), name);
  if (!readsMarked(encoder)) throw new TypeError(`${name} is of another kind`);
  return encoder;
}

const drawn = (seed: number, count: number, deviation: number): Float32Array => {
  const normal = createNormal(createRandom(seed));
  return Float32Array.from({ length: count }, () => deviation * normal());
};

/** A head that says something of everything it reads. */
function randomHead(width: number, seed: number): Head {
  const blocks = blocksOf(width);
  return {
    weights: drawn(seed, blocks.end, 0.3),
    mean: Float32Array.from(plainNames, (name) => typical[name][0]),
    deviation: Float32Array.from(plainNames, (name) => typical[name][1]),
  };
}

/** Writes a model that reads post and comment as one, on a small random encoder, with a head drawn by chance. */
export async function writeRandomTogether(folder: string, name: string, readsPost = true): Promise<void> {
  const { config: read, tokenizer, tensors } = await publishedEncoder(name);
  const config = asTogether(read);
  for (const { name: own, shape } of togetherParameters(config)) {
    if (!tensors.has(own)) tensors.set(own, { shape, data: drawn(3, config.width, 0.5) });
  }
  await writeTogetherFolder(folder, { config, tokenizer, readsPost, tensors, manifest });
}

/** The same for one that reads them apart. */
export async function writeRandomDeep(folder: string, encoder: PretrainedEncoder): Promise<void> {
  for (const { name, shape } of encoderRewardParameters(encoder.config)) {
    if (!encoder.tensors.has(name)) encoder.tensors.set(name, { shape, data: drawn(4, shape[1]!, 0.5) });
  }
  await writeEncoderFolder(folder, { ...encoder, head: randomHead(encoder.config.width, 5), manifest });
}

const methods = { quick: 'quick', together: 'together', deep: 'deep', gpt2: 'gpt', alone: 'together' } as const;
/** Parts of the blend that `homeWithTextModels` makes. */
export const blendWeights = { quick: 0.5, together: 1.25, deep: -0.75, gpt2: 0.4, alone: 0.3 } as const;

/** A data folder with a reward model of every kind, drawn by chance; the blend has the others in it. */
export async function homeWithTextModels(home: string): Promise<void> {
  await homeWithGpt2(home);
  const at = (name: string): string => join(home, 'models', name);
  await writeHeadFolder(
    at('quick'),
    { ...randomHead(vectorWidth, 2), encoder: useEncoder.name, deviations: null },
    manifest,
  );
  await writeRandomTogether(at('together'), 'all-minilm');
  await writeRandomTogether(at('alone'), 'e5-small', false);
  await writeRandomDeep(at('deep'), await publishedEncoder('e5-small'));
  await writeRandomDeep(at('deep-use'), await smallEncoder());
  const folders = { quick: at('quick'), together: at('together'), deep: at('deep'), gpt2: '', alone: at('alone') };
  const store = openStore(join(home, 'tiebreak.sqlite'));
  const add = (name: string, method: 'quick' | 'alone' | 'deep' | 'together' | 'best') =>
    addModel(store, {
      ...{ name, kind: 'reward', folder: `models/${name}`, base: null, runId: null, metrics: {}, method },
      context: method === 'alone' ? 'nothing' : 'post',
      trainedOn: '8 posts, 24 pairs',
    });
  for (const method of ['quick', 'together', 'deep'] as const) add(method, method);
  add('deep-use', 'deep');
  add('alone', 'alone');
  folders.gpt2 = join(home, findModel(store, 'gpt2').folder);
  const parts = Object.entries(blendWeights).map(([name, weight]) => ({
    folder: folders[name as keyof typeof folders],
    method: methods[name as keyof typeof blendWeights],
    weight,
  }));
  await writeBlendFolder(at('blend'), parts, manifest);
  add('blend', 'best');
  closeStore(store);
}

const oddComments = [
  '',
  ' ',
  'Straße, İstanbul, ΟΔΟΣ ΣΑΣ and ΣΑΣ.',
  "I'm sure you're right; don’t SHOUT, don't.",
  'a\u2028b\u2029    code\r    and more',
  '👍👍🏽 👩‍👩‍👧 𝒳𝒴𝒵𝒳𝒴𝒵𝒳 words',
  'half \ud800 of a \udc00 character',
  'x'.repeat(3000),
  '...…!?!? What?! "Quoted" ‘so’ (twice)',
  '@someone see http://a.example and www.b.example',
  '\u0085nel\u001cfs\ufeffbom\u00a0nbsp\u200bzero \u0000nul',
  '中文字符。日本語テキスト 한국어',
  '[SEP] [CLS] <s> </s> <pad> [PAD] <|endoftext|>',
  '1,234.56 ٣٤٥ Ⅷ ½ ﬁ ① ㎏',
  'a;b:c—d – e - f-g',
  '    indented\n\n`tick`\n\nWas walked, were told.',
  'Well, NASA and the UN said no. Maybe Peter Smith did; John did.',
  'e\u0301 and \u00e9, Å and Å',
];

/** A hundred and more comments under posts: odd ones, then those of the sample data. */
export function textRows(): TextInput[] {
  const rows = oddComments.map((comment) => ({ post: 'How is this post? It asks.', comment }));
  rows.push({ post: 'A long post. '.repeat(400), comment: 'A long comment. '.repeat(400) });
  rows.push({ post: '👍 half \udc00', comment: 'fine' }, { post: 'A long post. '.repeat(400), comment: 'short' });
  for (const file of ['ukp-test.jsonl', 'captions-test.jsonl']) {
    const posts = readFileSync(resource('sample', file), 'utf8').split('\n').filter(Boolean).slice(0, 12);
    for (const line of posts) {
      const { text, comments } = JSON.parse(line) as { text: string; comments: { text: string }[] };
      for (const comment of comments.slice(0, 4)) rows.push({ post: text, comment: comment.text });
    }
  }
  return rows;
}
