import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import { emitOnnx, resultName } from './onnx-emit.ts';
import {
  anyShape,
  checkOverwriting,
  type HostTensor,
  neededInputs,
  type Program,
  type ProgramSpec,
  type Runtime,
  readSizes,
  type State,
} from './runtime.ts';

/** The state's tensors as ONNX Runtime holds them: on the CPU over our own arrays, elsewhere in the device's memory. */
type OrtState = State & { readonly tensors: Map<string, ort.Tensor> };

/**
 * Runs graphs in ONNX Runtime on one of its execution providers (cpu, webgpu, cuda, ...).
 *
 * State stays where the provider works. On the CPU a new value is written over the old one: no second copy of the weights
 * exists. On a GPU a stored output stays in the device's memory and takes the old one's place.
 */
export function createOnnxRuntime(provider: string): Runtime {
  const onHost = provider === 'cpu';
  return {
    device: provider,
    createState,
    async compile(spec) {
      checkOverwriting(spec);
      const stored = Object.keys(spec.stored).map(resultName);
      const session = await ort.InferenceSession.create(emitOnnx(spec), {
        executionProviders: [provider],
        intraOpNumThreads: availableParallelism(),
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        ...(onHost
          ? {}
          : {
              preferredOutputLocation: Object.fromEntries([
                ...Object.keys(spec.outputs).map((name) => [resultName(name), 'cpu'] as const),
                ...stored.map((name) => [name, 'gpu-buffer'] as const),
              ]),
            }),
      });
      return createProgram(session, spec, onHost);
    },
  };
}

function createState(): OrtState {
  const tensors = new Map<string, ort.Tensor>();
  return {
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
      return Float32Array.from((await tensor.getData()) as Float32Array);
    },
    dispose() {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}

/** Elementwise programs run on so many elements at once on the CPU: what they touch stays in the cache. */
const blockSize = 1 << 16;

function createProgram(session: ort.InferenceSession, spec: ProgramSpec, onHost: boolean): Program {
  const inputs = neededInputs(spec);
  const feedNames = inputs.flatMap(({ input }) => (input?.kind === 'feed' ? [input.name] : []));
  const stateNames = inputs.flatMap(({ input }) => (input?.kind === 'state' ? [input.name] : []));
  const storedNames = Object.keys(spec.stored);
  const elementwise = inputs.some(({ shape }) => shape.includes(anyShape));
  return {
    async run(feeds, state, names = {}) {
      readSizes(inputs, feeds);
      const { tensors } = state as OrtState;
      const find = (name: string) => tensors.get(names[name] ?? name) ?? missing(names[name] ?? name);
      const given: Record<string, ort.Tensor> = {};
      for (const name of feedNames) given[name] = toOrt(feeds[name]!);
      for (const name of stateNames) given[name] = find(name);
      if (onHost) {
        // Results are written over what the state holds.
        const wanted: Record<string, ort.Tensor | null> = {};
        for (const name of Object.keys(spec.outputs)) wanted[resultName(name)] = null;
        for (const name of storedNames) wanted[resultName(name)] = find(name);
        if (elementwise) await runInBlocks(session, given, wanted, stateNames);
        else return readOutputs(spec, await session.run(given, wanted));
        return {};
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

async function runInBlocks(
  session: ort.InferenceSession,
  given: Readonly<Record<string, ort.Tensor>>,
  wanted: Readonly<Record<string, ort.Tensor | null>>,
  stateNames: readonly string[],
): Promise<void> {
  const size = given[stateNames[0]!]!.size;
  for (let from = 0; from < size; from += blockSize) {
    const part = (tensor: ort.Tensor) => {
      const data = (tensor.data as Float32Array).subarray(from, Math.min(size, from + blockSize));
      return new ort.Tensor('float32', data, [data.length]);
    };
    const feeds = { ...given };
    for (const name of stateNames) feeds[name] = part(given[name]!);
    await session.run(feeds, Object.fromEntries(Object.entries(wanted).map(([name, tensor]) => [name, part(tensor!)])));
  }
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
