/** The head that a deep training starts from: that of a quick training on the same pairs. */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../checkpoint/folder.ts';
import { dataFiles, type PairGroup, vectorFiles } from '../../contract/engine.ts';
import { type Head, readHeadFolder } from '../head/head-folder.ts';
import { trainHead } from '../head/train-head.ts';
import type { PretrainedEncoder } from '../model/text-encoder.ts';
import type { TrainJob } from '../run/job.ts';
import { headFolder } from '../run/run-folder.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { embed, loadEncoder, unloadEncoder } from '../score/embed.ts';

/**
 * An encoder that is trained under a fresh head first forgets what it knew, and then learns (Kumar et al., 2022). The head is
 * kept in the run's folder, where a resumed run finds it.
 * @throws TiebreakError cancelled
 */
export async function startingHead(
  runtime: Runtime,
  encoder: PretrainedEncoder,
  request: TrainJob,
  context: RequestContext,
): Promise<Head> {
  const folder = join(request.runFolder, headFolder);
  if (!(await exists(folder))) {
    const work = `${folder}.data`;
    await rm(work, { recursive: true, force: true });
    await mkdir(work);
    await writeVectors(runtime, encoder, request, work, context);
    await trainHead(
      { ...request, runFolder: work, modelFolder: folder },
      { signal: context.signal, onProgress: () => {} },
    );
    await rm(work, { recursive: true, force: true });
  }
  return readHeadFolder(folder);
}

/** Comments that a head begins with: more would make it hardly better, and each has to be read by the encoder once more. */
const most = { train: 20_000, validation: 10_000 } as const;

/** Whole posts evenly from first to last, with about so many comments; all of them where there are no more. */
export function evenly(groups: Iterable<PairGroup>, comments: number): PairGroup[] {
  let all = 0;
  for (const { texts } of groups) all += texts.length;
  const share = Math.min(1, comments / all);
  const taken: PairGroup[] = [];
  let [seen, had] = [0, 0];
  for (const group of groups) {
    seen += group.texts.length;
    if (share < 1 && had + group.texts.length / 2 > share * seen) continue;
    had += group.texts.length;
    taken.push(group);
  }
  return taken;
}

/** What a quick training finds in its run's folder. */
async function writeVectors(
  runtime: Runtime,
  encoder: PretrainedEncoder,
  { data }: TrainJob,
  work: string,
  context: RequestContext,
): Promise<void> {
  const groups = { train: evenly(data.train, most.train), validation: evenly(data.validation, most.validation) };
  const texts = [...new Set([...groups.train, ...groups.validation].flatMap(textsOf))];
  // What is put on a device is given up, and these weights are needed again.
  const tensors = new Map([...encoder.tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
  const loaded = await loadEncoder(runtime, { ...encoder, tensors });
  const { width } = encoder.config;
  const { embeddings } = await embed(loaded, { texts }, context).finally(() => unloadEncoder(loaded));
  const places = new Map(texts.map((text, place) => [text, place]));
  for (const split of ['train', 'validation'] as const) {
    await writeFile(join(work, dataFiles[split]), groups[split].map((group) => `${JSON.stringify(group)}\n`).join(''));
    const rows = groups[split].flatMap(textsOf).map((text) => places.get(text)!);
    const vectors = new Float32Array(rows.length * width);
    rows.forEach((place, row) => {
      vectors.set(embeddings.subarray(place * width, (place + 1) * width), row * width);
    });
    await writeFile(join(work, vectorFiles[split]), vectors);
  }
}

/** The post of a group, then its comments. */
function textsOf({ texts }: PairGroup): string[] {
  return [texts[0]?.post ?? '', ...texts.map(({ comment }) => comment)];
}
