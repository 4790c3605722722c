import { readBlendFolder } from '../../checkpoint/blend-folder.ts';
import { type ExportedFile, jsonFile, textFile } from '../../checkpoint/exported-file.ts';
import { readArchitecture } from '../../checkpoint/folder.ts';
import { append } from '../../common/lists.ts';
import { type ExportedPart, type ExportForm, partFiles } from '../../engine/export/part-files.ts';
import type { KeptModel } from '../../store/models.ts';
import { placeCalled } from '../kernel/encoders.ts';
import { type House, modelFolder } from '../kernel/house.ts';
import { checkBundle, encoderBundleFiles } from './encoder-bundle.ts';
import { filledText, plainText } from './export-texts.ts';
import { commonWords } from './exported-model.ts';

/** What stands in `tiebreak.json` beside a model's files, for the program that gives its rewards. */
const factsFile = 'tiebreak.json';

/**
 * The files of a reward model on a sentence encoder, or of a blend, in a form that others read.
 * @throws TiebreakError bad-input where it has no such form
 */
export async function textModelFiles(
  house: House,
  model: KeptModel,
  format: 'huggingface' | 'onnx' | 'bundle',
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  if (format === 'bundle') await checkBundle(house, model);
  const form = format === 'bundle' ? 'huggingface' : format;
  const folder = modelFolder(house, model);
  if ((await readArchitecture(folder)) === 'blend') return blendFiles(house, model, folder, form);
  const part = await openPart(house, model, folder, form);
  const program = await plainText('rewards/rewards.py', 'rewards.py');
  const files = [await readmeOf(house, model, part), ...withFacts(part), program];
  if (format !== 'bundle') return files;
  const way = wayOf(part);
  const train = way === 'alone' ? 'together --set readsPost=0' : way;
  const bundled = { files, layers: part.reader!.config.layers, reads: wayWords[way]!, train };
  return encoderBundleFiles(house, model, bundled, signal);
}

/** The files of a reward model of any kind as ONNX, with the program that gives its rewards and without a README. */
export async function modelWithProgram(house: House, model: KeptModel): Promise<readonly ExportedFile[]> {
  const folder = modelFolder(house, model);
  if ((await readArchitecture(folder)) === 'blend') {
    return (await blendFiles(house, model, folder, 'onnx')).filter(({ name }) => name !== 'README.md');
  }
  const part = await openPart(house, model, folder, 'onnx');
  return [...withFacts(part), await plainText('rewards/rewards.py', 'rewards.py')];
}

const openPart = (house: House, { context }: KeptModel, folder: string, form: ExportForm): Promise<ExportedPart> =>
  partFiles(folder, form, context, (name) => placeCalled(house, name));

const withFacts = ({ files, facts }: ExportedPart): readonly ExportedFile[] => [
  ...files,
  jsonFile(factsFile, { format: 1, ...facts }),
];

/** The models of a blend in folders of their own, and what adds up their rewards. */
async function blendFiles(
  house: House,
  model: KeptModel,
  folder: string,
  form: ExportForm,
): Promise<readonly ExportedFile[]> {
  const parts = await readBlendFolder(folder);
  const files: ExportedFile[] = [];
  const places: { readonly folder: string; readonly method: string; readonly weight: number }[] = [];
  const rows: string[] = [];
  for (const [k, { folder: own, weight }] of parts.entries()) {
    const part = await openPart(house, model, own, form);
    const place = `parts/${k}`;
    places.push({ folder: place, method: part.facts.method, weight });
    rows.push(`| \`${place}/\` | ${wayWords[wayOf(part)]} | ${Number(weight.toPrecision(4))} |`);
    append(
      files,
      withFacts(part).map((file) => ({ ...file, name: `${place}/${file.name}` })),
    );
  }
  const readme = await filledText('blend.md', {
    ...commonWords(house, model),
    packages: packagesOf(files),
    parts: rows.join('\n'),
    form:
      form === 'onnx'
        ? 'ONNX models with their tokenizers'
        : 'as transformers loads them where it can, else as ONNX models',
  });
  return [
    textFile('README.md', readme),
    jsonFile(factsFile, { format: 1, method: 'blend', parts: places }),
    await plainText('rewards/rewards.py', 'rewards.py'),
    ...files,
  ];
}

/** How a model reads, which its README goes by. */
const wayOf = ({ facts }: ExportedPart): string => (facts.reads_post === false ? 'alone' : facts.method);

const wayWords: Readonly<Record<string, string>> = {
  quick: 'a linear head on the vectors of a sentence encoder, on counted features and on words',
  deep: 'a sentence encoder that was trained with its head, and reads post and comment apart',
  together: 'an encoder that reads post and comment as one sequence',
  alone: 'an encoder that reads the comment without its post',
  gpt: 'a GPT-2 with a linear head',
};

/** What `rewards.py` needs for models in these folders. */
function packagesOf(files: readonly ExportedFile[]): string {
  const has = (name: string): boolean => files.some((file) => `/${file.name}`.endsWith(`/${name}`));
  const libraries = [has('model.safetensors') && 'torch transformers', has('model.onnx') && 'onnxruntime'];
  return [...libraries.filter((names) => names !== false), 'tokenizers safetensors numpy regex'].join(' ');
}

async function readmeOf(house: House, model: KeptModel, part: ExportedPart): Promise<ExportedFile> {
  const { facts, reader, files } = part;
  const encoder = (facts.encoder ?? {}) as {
    readonly kind?: string;
    readonly pooling?: string;
    readonly prompt?: string;
  };
  const inTransformers = files.some(({ name }) => name === 'modules.json');
  const text = await filledText(`${wayOf(part)}${inTransformers ? '' : '-onnx'}.md`, {
    ...commonWords(house, model),
    packages: packagesOf(files),
    maxTokens: reader?.config.positions ?? 0,
    width: reader?.config.width ?? 0,
    layers: reader?.config.layers ?? 0,
    pooled:
      encoder.pooling === 'first' ? 'hidden[:, 0]' : '(hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)',
    encoder:
      encoder.kind === 'bert' ? 'an encoder of the BERT family' : 'Universal Sentence Encoder Lite (Cer et al., 2018)',
    segments:
      files.length > 0 && reader && 'segments' in reader.config && reader.config.segments > 1 ? segmentsRow : '',
  });
  return textFile('README.md', text);
}

const segmentsRow = '\n| in | `token_type_ids` | int64 | [batch, length]: 0 at the first text, 1 at the second |';
