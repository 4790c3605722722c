/** The optimiser where a training's numbers are on a device: programs for the norm of all gradients, and for AdamW tensor by tensor. */

import type { ParameterSpec } from '../model/parameters.ts';
import type { Runtime, State } from '../runtime/runtime.ts';
import { occurringRows } from './loss-graph.ts';
import { type AdamWConfig, adamWNames, adamWProgram, gradientNormProgram, type Optimizer } from './optimizer.ts';

/** @param table the parameter of which a step has only the rows that occur */
export async function createDeviceOptimizer(
  runtime: Runtime,
  config: AdamWConfig,
  state: State,
  parameters: readonly ParameterSpec[],
  table: string | null,
): Promise<Optimizer> {
  const norm = await runtime.compile(
    gradientNormProgram(
      parameters.map(({ name, shape }) => ({ name, shape: name === table ? occurringRows(shape) : shape })),
    ),
  );
  const adamW = await runtime.compile(adamWProgram(config));
  return {
    gradientNorm: async () => (await norm.run({}, state)).gradientNorm![0]!,
    async update(scalarsOf) {
      for (const [name, scalars] of scalarsOf) await adamW.run(scalars, state, adamWNames(name));
    },
    async dispose() {
      await norm.dispose();
      await adamW.dispose();
    },
  };
}
