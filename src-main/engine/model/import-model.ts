import { isEncoderConfig } from '../../checkpoint/encoder-config.ts';
import { importEncoder } from '../../checkpoint/encoder-import.ts';
import { readJson } from '../../checkpoint/folder.ts';
import { importGpt2 } from '../../checkpoint/gpt2-import.ts';
import type { ImportRequest, ImportResult } from '../../contract/engine.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { bertParameters } from './bert.ts';

/**
 * Makes a model folder of ours from one of another program: an encoder where its files say so, else a GPT-2.
 * @throws TiebreakError not-found, bad-input or damaged with what is wrong with which file
 */
export async function importModel(request: ImportRequest, context: RequestContext): Promise<ImportResult> {
  const config = request.config === null ? null : await readJson(request.config);
  const encoder = Object.hasOwn(request.beside, 'modules.json') || isEncoderConfig(config);
  if (!encoder) return importGpt2(request, context);
  return importEncoder(request, ({ sizes, lowerCase: _, ...ways }) => bertParameters({ ...sizes, ...ways }), context);
}
