import { availableParallelism } from 'node:os';
import { createGraph, state } from '../graph/graph.ts';
import { add } from '../graph/operators.ts';
import { triesFloat16 } from './float16.ts';
import { emitOnnx, resultName, unreadName } from './onnx-emit.ts';
import * as ort from './onnxruntime.ts';
import {
  anyShape,
  checkOverwriting,
  type FixedProgram,
  type HostTensor,
  neededInputs,
  type Program,
  type ProgramSpec,
  type Runtime,
  readBy,
  readSizes,
  type State,
  type Weights,
  withState,
} from './runtime.ts';
import { triesSharedMemory } from './shared-memory.ts';

/** The state's tensors as ONNX Runtime holds them: on the CPU over our own arrays, elsewhere in the device's memory. */
type OrtState = State & { readonly tensors: Map<string, ort.Tensor> };

/**
 * Runs graphs in ONNX Runtime on one of its execution providers (cpu, webgpu, cuda, ...).
 *
 * On WebGPU state stays in the device's memory, where a stored output takes the place of the old one. Elsewhere Node's
 * binding can't leave tensors on the device: state is in our own arrays, and a new value is written over the old one, so no
 * second copy of the weights exists.
 */
export function createOnnxRuntime(provider: string): Runtime {
  const onHost = provider !== 'webgpu';
  let uploader: Promise<Program> | null = null;
  // What was put there by the host is taken to the device once, not with every run that reads it.
  const upload = async (store: OrtState, names: readonly string[]) => {
    if (onHost) return;
    for (const name of names) {
      if (store.tensors.get(name)?.location !== 'cpu') continue;
      uploader ??= compile(copyProgram(), async () => {});
      await (await uploader).run({}, store, { from: name, to: name });
    }
  };
  // Node's binding ends the process when it is asked for the numbers of a tensor on the device: a program brings them.
  let downloader: Promise<Program> | null = null;
  const download = async (store: OrtState, name: string): Promise<Float32Array> => {
    downloader ??= compile(readProgram(), async () => {});
    return (await (await downloader).run({}, store, { from: name })).to!;
  };
  const open = (spec: ProgramSpec, weights?: Weights): Promise<ort.InferenceSession> => {
    const location = [
      ...Object.keys(spec.outputs).map((name) => [resultName(name), 'cpu'] as const),
      ...Object.keys(spec.stored).map((name) => [resultName(name), 'gpu-buffer'] as const),
    ];
    return ort.InferenceSession.create(emitOnnx(spec, provider, weights, onHost && staysUnread(spec)), {
      executionProviders: [provider],
      intraOpNumThreads: availableParallelism(),
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // A pattern's one large block is taken from the system anew at each run, and every page of it with it.
      enableMemPattern: false,
      extra: {
        session: {
          // Attention's chances of what is hidden are numbers below 1e-38, on which processors are many times slower than on 0.
          set_denormal_as_zero: '1',
          // Threads that wait by spinning take the cores from whatever else runs on them, several times over in a short step.
          intra_op: { allow_spinning: '0' },
        },
      },
      ...(onHost ? {} : { preferredOutputLocation: Object.fromEntries(location) }),
      ...(weights ? { externalData: filesOf(weights) } : {}),
    });
  };
  const compile = async (spec: ProgramSpec, prepare: typeof upload): Promise<Program> =>
    createProgram(await open(spec), spec, onHost, prepare);
  const runtime: Runtime = {
    device: provider,
    hasFloat16: () => triesFloat16(provider),
    takesSharedMemory: async () => onHost && (await triesSharedMemory()),
    createState: () => createState(onHost, download),
    compile(spec) {
      checkOverwriting(spec);
      return compile(spec, upload);
    },
    async compileFixed(spec, weights) {
      const read = readBy(spec, weights);
      const bytes = [...read.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      if (bytes > mostFixedBytes) return withState(runtime, spec, read);
      return createFixedProgram(await open(spec, read), spec);
    },
  };
  return runtime;
}

/**
 * Weights of more bytes stay outside their program. ONNX Runtime makes a copy of those in it and lays out another: of a GPT-2's 498 MB
 * 1,337 MB came, where 645 MB are enough, for a tenth of the time.
 */
const mostFixedBytes = 128 * 1024 * 1024;

function createFixedProgram(session: ort.InferenceSession, spec: ProgramSpec): FixedProgram {
  const feedInputs = neededInputs(spec).filter(({ input }) => input?.kind === 'feed');
  return {
    async run(feeds) {
      readSizes(feedInputs, feeds);
      const given = feedInputs.map(({ input }) => [input!.name, toOrt(feeds[input!.name]!)] as const);
      return readOutputs(spec, await session.run(Object.fromEntries(given)));
    },
    async dispose() {
      await session.release();
    },
  };
}

function filesOf(weights: Weights): readonly { readonly path: string; readonly data: Uint8Array }[] {
  return [...weights].map(([path, { data }]) => ({
    path,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
}

function copyProgram(): ProgramSpec {
  const graph = createGraph();
  return { graph, outputs: {}, stored: { to: add(state(graph, 'from', [anyShape]), 0) } };
}

function readProgram(): ProgramSpec {
  const graph = createGraph();
  return { graph, outputs: { to: add(state(graph, 'from', [anyShape]), 0) }, stored: {} };
}

function createState(onHost: boolean, download: (store: OrtState, name: string) => Promise<Float32Array>): OrtState {
  const tensors = new Map<string, ort.Tensor>();
  const store: OrtState = {
    tensors,
    get names() {
      return [...tensors.keys()];
    },
    put(added) {
      for (const [name, { data, shape }] of added) {
        tensors.get(name)?.dispose();
        tensors.set(name, new ort.Tensor('float32', data, shape));
      }
    },
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor) throw new Error(`There is no '${name}' on the device`);
      return tensor.location === 'cpu' ? (tensor.data as Float32Array) : download(store, name);
    },
    inPlace: onHost ? (name) => (tensors.get(name) ?? missing(name)).data as Float32Array : null,
    dispose() {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
  return store;
}

function createProgram(
  session: ort.InferenceSession,
  spec: ProgramSpec,
  onHost: boolean,
  prepare: (state: OrtState, names: readonly string[]) => Promise<void>,
): Program {
  const inputs = neededInputs(spec);
  const feedNames = inputs.flatMap(({ input }) => (input?.kind === 'feed' ? [input.name] : []));
  const stateNames = inputs.flatMap(({ input }) => (input?.kind === 'state' ? [input.name] : []));
  const storedNames = Object.keys(spec.stored);
  return {
    async run(feeds, state, names = {}) {
      readSizes(inputs, feeds);
      const { tensors } = state as OrtState;
      await prepare(
        state as OrtState,
        stateNames.map((name) => names[name] ?? name),
      );
      const find = (name: string) => tensors.get(names[name] ?? name) ?? missing(names[name] ?? name);
      const given: Record<string, ort.Tensor> = {};
      for (const name of feedNames) given[name] = toOrt(feeds[name]!);
      for (const name of stateNames) given[name] = find(name);
      if (onHost) {
        // Results are written over what the state holds.
        const wanted: Record<string, ort.Tensor | null> = {};
        for (const name of storedNames) wanted[resultName(name)] = find(name);
        if (!staysUnread(spec)) {
          for (const name of Object.keys(spec.outputs)) wanted[resultName(name)] = null;
          const results = await session.run(given, wanted);
          for (const name of storedNames) discard(results[resultName(name)]!);
          return readOutputs(spec, results);
        }
        for (const name of Object.keys(spec.outputs)) {
          wanted[resultName(name)] = new ort.Tensor('float32', new Float32Array(1), []);
        }
        await runUnread(session, given, wanted);
        return readOutputs(spec, wanted as Record<string, ort.Tensor>);
      }
      const results = await session.run(given);
      for (const name of storedNames) {
        const kept = names[name] ?? name;
        tensors.get(kept)?.dispose();
        tensors.set(kept, results[resultName(name)]!);
      }
      return readOutputs(spec, results);
    },
    async dispose() {
      await session.release();
    },
  };
}

/** Whether all results of a program can be written where they belong: into the state, or into a scalar. */
const staysUnread = ({ outputs, stored }: ProgramSpec): boolean =>
  Object.keys(stored).length > 0 && Object.values(outputs).every(({ shape }) => shape.length === 0);

/**
 * Runs a program all of whose results are written over arrays of ours. Node's binding copies every result into a new array even so: of a
 * GPT-2's gradients 340 MB a step, which nobody reads. It makes them one after the other, and ends with an error at the first that is no
 * tensor, when everything has run and is written: so such a one stands first.
 */
async function runUnread(
  session: ort.InferenceSession,
  given: Record<string, ort.Tensor>,
  wanted: Record<string, ort.Tensor | null>,
): Promise<void> {
  try {
    const copies = await session.run(given, { [unreadName]: null, ...wanted });
    for (const name of Object.keys(wanted)) discard(copies[name]!);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Non tensor type is temporarily not supported')))
      throw error;
  }
}

/**
 * Frees the memory of a result at once. Node's binding copies every result into a new array, even where it was written over
 * one of ours, and copies that wait for the garbage collector are gigabytes after a few steps.
 */
function discard(copy: ort.OnnxValue): void {
  const { buffer } = (copy as ort.Tensor).data as Float32Array;
  (buffer as ArrayBuffer).transfer(0);
}

function readOutputs(spec: ProgramSpec, results: ort.InferenceSession.ReturnType): Record<string, Float32Array> {
  const read = (name: string) => (results[resultName(name)] as ort.Tensor).data as Float32Array;
  return Object.fromEntries(Object.keys(spec.outputs).map((name) => [name, read(name)]));
}

function toOrt({ data, shape }: HostTensor): ort.Tensor {
  return data instanceof Int32Array
    ? new ort.Tensor('int32', data, [...shape])
    : new ort.Tensor('float32', data, [...shape]);
}

function missing(name: string): never {
  throw new Error(`There is no '${name}' on the device`);
}
