/** The models that the engine's process holds from one request to the next: the one it scored with last, and the encoder. */

import { readArchitecture } from '../../checkpoint/folder.ts';
import type { Device, EmbedRequest, EmbedResult, ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import { type Head, readHeadFolder } from '../head/head-folder.ts';
import { scoreWithHead } from '../head/score-head.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { LoadedEncoder } from './embed.ts';
import type { OpenModel } from './open-model.ts';

type OpenRuntime = (device: Device) => Promise<Runtime>;

export type HeldModels = {
  score(request: ScoreRequest, open: OpenRuntime, context: RequestContext): Promise<ScoreResult>;
  embed(
    request: Pick<EmbedRequest, 'texts' | 'device'>,
    open: OpenRuntime,
    context: RequestContext,
  ): Promise<EmbedResult>;
};

/** What needs a runtime is loaded when it is first asked for: a quick model that is given its vectors scores without one. */
export function holdModels(): HeldModels {
  let model: OpenModel | null = null;
  let encoder: LoadedEncoder | null = null;
  let head: (Head & { readonly folder: string }) | null = null;

  const embed: HeldModels['embed'] = async ({ texts, device }, open, context) => {
    const { embed: embedTexts, loadEncoder, unloadEncoder } = await import('./embed.ts');
    const runtime = await open(device);
    if (encoder?.device !== runtime.device) {
      if (encoder) await unloadEncoder(encoder);
      encoder = null;
      encoder = await loadEncoder(runtime);
    }
    return embedTexts(encoder, { texts }, context);
  };

  return {
    embed,
    async score(request, open, context) {
      const { modelFolder: folder, device } = request;
      if ((await readArchitecture(folder)) === 'encoder-head') {
        if (head?.folder !== folder) head = { ...(await readHeadFolder(folder)), folder };
        return scoreWithHead(head, request, (texts) => embed({ texts, device }, open, context), context);
      }
      const { openModel } = await import('./open-model.ts');
      const runtime = await open(device);
      if (model?.folder !== folder || model.device !== runtime.device) {
        await model?.close();
        model = null;
        model = await openModel(runtime, folder);
      }
      return model.score(request, context);
    },
  };
}
