import type { ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import { type PairReader, readTogether, togetherFeeds } from '../batch/together-feeds.ts';
import { createGraph } from '../graph/graph.ts';
import { readTogetherFolder } from '../head/together-folder.ts';
import type { BertConfig } from '../model/bert.ts';
import { declareTogether, togetherRewards } from '../model/together-reward.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { FixedProgram, ProgramSpec, Runtime } from '../runtime/runtime.ts';
import { inLengthOrder } from './in-length-order.ts';

/** A model that reads post and comment as one, on a device, ready to score. */
export type LoadedTogether = {
  readonly device: string;
  readonly reader: PairReader;
  readonly program: FixedProgram;
};

/** Throws TiebreakError damaged. */
export async function loadTogether(runtime: Runtime, folder: string): Promise<LoadedTogether> {
  const { tensors, ...reader } = await readTogetherFolder(folder);
  return {
    device: runtime.device,
    reader,
    program: await runtime.compileFixed(togetherProgram(reader.config), tensors),
  };
}

export function unloadTogether({ program }: LoadedTogether): Promise<void> {
  return program.dispose();
}

/** Gives `rewards` [batch]. */
function togetherProgram(config: BertConfig): ProgramSpec {
  const graph = createGraph();
  const weights = declareTogether(graph, config);
  const rewards = togetherRewards({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { rewards }, stored: {} };
}

/** One reward per text, in the order given. Texts of similar length run together. */
export async function scoreTogether(
  { reader, program, device }: LoadedTogether,
  { texts }: Pick<ScoreRequest, 'texts'>,
  context: RequestContext,
): Promise<ScoreResult> {
  const { inputs, cuts } = readTogether(reader, texts, () => 0);
  const rewards = new Float32Array(texts.length);
  const lengths = inputs.map(({ ids }) => ids.length);
  await inLengthOrder(lengths, { ...context, phase: 'score' }, async (batch) => {
    const feeds = togetherFeeds(
      reader.config,
      batch.map((i) => inputs[i]!),
    );
    const found = (await program.run(feeds)).rewards!;
    for (const [row, i] of batch.entries()) rewards[i] = found[row]!;
  });
  return { rewards, device, cuts };
}
