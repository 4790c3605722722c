/** The models that the engine's process holds from one request to the next: the one it scored with last, and the encoder. */

import { readArchitecture } from '../../checkpoint/folder.ts';
import {
  type Device,
  type EmbedRequest,
  type EmbedResult,
  type EncoderPlace,
  type ExplainRequest,
  type ExplainResult,
  type ScoreRequest,
  type ScoreResult,
  useEncoder,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type NamedHead, readHeadFolder } from '../head/head-folder.ts';
import { explainHead, scoreWithHead } from '../head/score-head.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { LoadedEncoder } from './embed.ts';
import type { OpenModel } from './open-model.ts';
import { scoreBlend } from './score-blend.ts';

type OpenRuntime = (device: Device) => Promise<Runtime>;

export type HeldModels = {
  score(request: ScoreRequest, open: OpenRuntime, context: RequestContext): Promise<ScoreResult>;
  /** Takes the rewards of two comments apart. Throws TiebreakError bad-input for a model whose rewards can't be. */
  explain(request: ExplainRequest, open: OpenRuntime, context: RequestContext): Promise<ExplainResult>;
  embed(request: Omit<EmbedRequest, 'type'>, open: OpenRuntime, context: RequestContext): Promise<EmbedResult>;
};

/** Models that are held at once: a blend has several. */
const mostOpened = 3;

/** What needs a runtime is loaded when it is first asked for: a quick model that is given its vectors scores without one. */
export function holdModels(): HeldModels {
  /** The one used last comes last. */
  const opened: OpenModel[] = [];
  let held: { readonly name: string; readonly encoder: LoadedEncoder } | null = null;
  let head: (NamedHead & { readonly folder: string }) | null = null;

  const embed: HeldModels['embed'] = async ({ texts, device, encoder: place = useEncoder }, open, context) => {
    const { embed: embedTexts, loadEncoder, unloadEncoder } = await import('./embed.ts');
    const runtime = await open(device);
    if (held?.encoder.device !== runtime.device || held.name !== place.name) {
      if (held) await unloadEncoder(held.encoder);
      held = null;
      const { readEncoder } = await import('../model/read-encoder.ts');
      held = { name: place.name, encoder: await loadEncoder(runtime, await readEncoder(place)) };
    }
    return embedTexts(held.encoder, { texts }, context);
  };

  return { embed, score, explain };

  async function score(request: ScoreRequest, open: OpenRuntime, context: RequestContext): Promise<ScoreResult> {
    const architecture = await readArchitecture(request.modelFolder);
    if (architecture === 'blend') return scoreBlend(request, (part, hooks) => score(part, open, hooks), context);
    if (architecture === 'encoder-head') {
      return scoreWithHead(await headOf(request), request, reader(request, open, context), context);
    }
    return (await modelOf(request, open)).score(request, context);
  }

  async function explain(request: ExplainRequest, open: OpenRuntime, context: RequestContext): Promise<ExplainResult> {
    const architecture = await readArchitecture(request.modelFolder);
    if (architecture === 'encoder-head') {
      return explainHead(await headOf(request), request, reader(request, open, context));
    }
    const model = architecture === 'blend' ? null : await modelOf(request, open);
    if (model?.explain) return model.explain(request, context);
    throw new TiebreakError('bad-input', 'Only the rewards of quick and deep models can be taken apart.');
  }

  /** The head of a quick model, held since the last time. */
  async function headOf({ modelFolder: folder, encoder: place = useEncoder }: Asked): Promise<NamedHead> {
    if (head?.folder !== folder) head = { ...(await readHeadFolder(folder)), folder };
    if (place.name !== head.encoder) throw otherEncoder(head.encoder, place);
    return head;
  }

  function reader({ device, encoder = useEncoder }: Asked, open: OpenRuntime, context: RequestContext) {
    return (texts: readonly string[]) => embed({ texts, device, encoder }, open, context);
  }

  /** Any other model, held since the last time. */
  async function modelOf({ modelFolder: folder, device }: Asked, open: OpenRuntime): Promise<OpenModel> {
    const { openModel } = await import('./open-model.ts');
    const runtime = await open(device);
    const at = opened.findIndex((one) => one.folder === folder && one.device === runtime.device);
    const [known] = at < 0 ? [] : opened.splice(at, 1);
    while (!known && opened.length >= mostOpened) await opened.shift()!.close();
    const model = known ?? (await openModel(runtime, folder));
    opened.push(model);
    return model;
  }
}

type Asked = Pick<ScoreRequest, 'modelFolder' | 'device' | 'encoder'>;

function otherEncoder(own: string, { name }: EncoderPlace): TiebreakError {
  const message = `The model reads vectors of the encoder ${own}, and those of ${name} are others: bring the encoder back that it was trained on, or train it again.`;
  return new TiebreakError('bad-input', message);
}
