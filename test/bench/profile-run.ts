import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { measureSteps } from '../../src-main/engine/probe.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { type Spent, spentHere } from './yardstick.ts';

export type ProfileRequest = { readonly config: string; readonly steps: number };

/** Milliseconds of a step by what they go into. */
export type ProfileFigures = Spent & { readonly operators: Readonly<Record<string, number>> };

type Event = {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, number[]>>[];
  };
};

const warmup = 3;

/**
 * A process of its own: `profile-run.ts REQUEST` (as JSON) prints where the time of a training step goes by ONNX Runtime's own profile:
 * the operators of losses and gradients by their names, products of more than two dimensions (attention's) apart, and the programs of
 * the optimiser each as one.
 */
async function profileSteps({ config, steps }: ProfileRequest): Promise<ProfileFigures> {
  const [width, layers, heads, tokens, sequences, vocabulary] = config.split(',').map(Number) as number[];
  const shape = { width, layers, heads, tokens, sequences, vocabulary } as Parameters<typeof measureSteps>[1];
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-profile-'));
  try {
    profileAllSessions(folder);
    await measureSteps(createOnnxRuntime('cpu'), shape, { warmup, steps });
    const operators: Record<string, number> = {};
    for (const file of readdirSync(folder)) {
      const events = (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[]).filter(({ dur }) => dur > 0);
      const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
      if (runs.length === 0) continue;
      // Each step runs a program as often as the others do.
      const from = runs[Math.round((runs.length * warmup) / (warmup + steps))]!.ts;
      const kernels = events.filter(
        ({ cat, name, ts }) => cat === 'Node' && name.endsWith('_kernel_time') && ts >= from,
      );
      const ofModel = kernels.some(({ args }) => args?.op_name === 'Gather');
      for (const kernel of kernels) {
        const name = ofModel ? nameOf(kernel) : 'AdamW, norm of the gradients';
        operators[name] = (operators[name] ?? 0) + kernel.dur / 1000 / steps;
      }
    }
    return { operators, ...spentHere() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nameOf({ args }: Event): string {
  const name = args?.op_name ?? 'unnamed';
  if (!name.includes('MatMul') && name !== 'Gemm') return name;
  const dimensions = Math.max(
    0,
    ...(args?.input_type_shape ?? []).flatMap((one) => Object.values(one).map((dims) => dims.length)),
  );
  return dimensions > 2 ? `${name} of attention` : `${name} of linear layers`;
}

/** Every session that is opened from now on writes its profile into the folder when it is released. */
function profileAllSessions(folder: string): void {
  const { InferenceSession } = ort;
  const create = InferenceSession.create.bind(InferenceSession) as (
    model: Uint8Array,
    options: ort.InferenceSession.SessionOptions,
  ) => Promise<ort.InferenceSession>;
  let sessions = 0;
  const profiled = async (model: Uint8Array, options: ort.InferenceSession.SessionOptions) => {
    const profileFilePrefix = join(folder, `${sessions++}`);
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix });
    const release = session.release.bind(session);
    session.release = async () => {
      session.endProfiling();
      await release();
    };
    return session;
  };
  Object.assign(InferenceSession, { create: profiled });
}

try {
  console.log(JSON.stringify(await profileSteps(JSON.parse(process.argv[2]!) as ProfileRequest)));
  process.exit(0);
} catch (error) {
  console.error((error as Error).stack);
  process.exit(1);
}
