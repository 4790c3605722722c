import { encoderParameters } from '../../src-main/engine/model/encoder.ts';
import type { Runtime } from '../../src-main/engine/runtime/runtime.ts';
import { gradientOf } from '../../src-main/engine/train/optimizer.ts';
import { drawEncoderWeights, encoderLossProgram, tinyEncoder, tinyEncoderFeeds } from './graph/encoder.ts';
import { evaluate } from './graph/float64.ts';
import { toValues } from './graph/gpt2.ts';

const config = tinyEncoder(2);
const weights = drawEncoderWeights(config, 0.4);
const gradientNames = encoderParameters(config).map(({ name }) => gradientOf(name));

/** The programs of the small encoder, for a look at where a device puts their nodes. */
export const smallEncoderProgram = () => encoderLossProgram(config);

/** The embeddings of a small encoder, and after them the gradients by its weights, as a runtime gives them. */
export async function runSmallEncoder(runtime: Runtime): Promise<number[]> {
  const program = await runtime.compile(smallEncoderProgram());
  const state = runtime.createState();
  for (const [name, { data, shape }] of weights) {
    state.put(
      new Map([
        [name, { data: Float32Array.from(data), shape }],
        [gradientOf(name), { data: new Float32Array(data.length), shape }],
      ]),
    );
  }
  const { embeddings } = await program.run(tinyEncoderFeeds(config), state);
  const numbers = [...embeddings!];
  for (const name of gradientNames) numbers.push(...(await state.read(name)));
  state.dispose();
  await program.dispose();
  return numbers;
}

/** The same numbers in float64. */
export function smallEncoderInFloat64(): number[] {
  const { graph, outputs, stored } = smallEncoderProgram();
  const values = { ...Object.fromEntries(weights), ...toValues(tinyEncoderFeeds(config)) };
  const found = evaluate(graph, values, [outputs.embeddings!, ...gradientNames.map((name) => stored[name]!)]);
  return found.flatMap(({ data }) => [...data]);
}
