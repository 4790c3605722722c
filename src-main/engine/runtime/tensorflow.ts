import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { type Node, neededFor, type Tensor } from '../graph/graph.ts';
import { resolve } from '../graph/shape.ts';
import {
  type HostTensor,
  neededInputs,
  type Program,
  type ProgramSpec,
  type Runtime,
  readSizes,
  type State,
  withState,
} from './runtime.ts';
import { loadTensorflow, nativeBinding } from './tensorflow-load.ts';
import { compute, type Tensorflow } from './tensorflow-operators.ts';
import { createProgramRuntime } from './tensorflow-programs.ts';

/** The state's tensors as tfjs holds them, on its backend. */
type TensorflowState = State & { readonly tensors: Map<string, TfTensor> };

/**
 * Runs graphs in TensorFlow. On the processor each as a whole (tensorflow-programs.ts). On a GPU, where whole graphs could not leave
 * their tensors on the device, and in JavaScript by an interpreter that calls tfjs for one node after the other.
 * @param interpreted the interpreter in any case
 */
export async function createTensorflowRuntime({ interpreted = false } = {}): Promise<Runtime> {
  const { tf, native, gpu } = await loadTensorflow();
  if (native && !gpu && !interpreted) return createProgramRuntime(nativeBinding(tf));
  const runtime: Runtime = {
    device: 'tensorflow',
    hasFloat16: async () => false,
    takesSharedMemory: async () => false,
    createState: () => createState(tf),
    async compile(spec) {
      return createProgram(tf, spec);
    },
    compileFixed: (spec, weights) => withState(runtime, spec, weights),
  };
  return runtime;
}

function createState(tf: Tensorflow): TensorflowState {
  const tensors = new Map<string, TfTensor>();
  return {
    tensors,
    get names() {
      return [...tensors.keys()];
    },
    put(added) {
      for (const [name, { data, shape }] of added) {
        tensors.get(name)?.dispose();
        tensors.set(name, tf.tensor(data, [...shape], 'float32'));
      }
    },
    async read(name) {
      return Float32Array.from(await (tensors.get(name) ?? missing(name)).data());
    },
    inPlace: null,
    dispose() {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}

function createProgram(tf: Tensorflow, spec: ProgramSpec): Program {
  const inputs = neededInputs(spec);
  const results = [...Object.values(spec.outputs), ...Object.values(spec.stored)];
  const steps = withLastUses(neededFor(spec.graph, results), results);
  return {
    async run(feeds, state, names = {}) {
      const { tensors } = state as TensorflowState;
      const sizes = readSizes(inputs, feeds);
      const find = (name: string) => tensors.get(names[name] ?? name) ?? missing(names[name] ?? name);
      const values = new Map<number, TfTensor>();
      try {
        for (const { id, input } of inputs) {
          const { kind, name } = input!;
          // A clone shares its numbers: every value can be freed alike.
          values.set(id, kind === 'feed' ? toTf(tf, feeds[name]!) : find(name).clone());
        }
        for (const { node, free } of steps) {
          const from = node.inputs.map(({ id }) => values.get(id)!);
          const shape = () => node.outputs[0]!.shape.map((dim) => resolve(dim, sizes));
          const made = tf.tidy(() => compute(tf, node.operator, from, shape));
          for (const [i, { id }] of node.outputs.entries()) values.set(id, made[i]!);
          for (const id of free) dispose(values, id);
        }
        const outputs = await readOutputs(spec, values);
        for (const [name, { id }] of Object.entries(spec.stored)) {
          const kept = names[name] ?? name;
          tensors.get(kept)?.dispose();
          tensors.set(kept, values.get(id)!.clone());
        }
        return outputs;
      } finally {
        for (const id of [...values.keys()]) dispose(values, id);
      }
    },
    async dispose() {},
  };
}

/** The nodes, each with the tensors that nothing reads after it. */
function withLastUses(nodes: readonly Node[], results: readonly Tensor[]): { node: Node; free: readonly number[] }[] {
  const read = new Set(results.map(({ id }) => id));
  const steps = [...nodes].reverse().map((node) => {
    const ids = new Set([...node.inputs, ...node.outputs].map(({ id }) => id));
    const free = [...ids].filter((id) => !read.has(id));
    for (const { id } of node.inputs) read.add(id);
    return { node, free };
  });
  return steps.reverse();
}

function dispose(values: Map<number, TfTensor>, id: number): void {
  values.get(id)?.dispose();
  values.delete(id);
}

async function readOutputs(
  { outputs }: ProgramSpec,
  values: ReadonlyMap<number, TfTensor>,
): Promise<Record<string, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [name, { id }] of Object.entries(outputs)) {
    read[name] = Float32Array.from(await values.get(id)!.data());
  }
  return read;
}

function toTf(tf: Tensorflow, { data, shape }: HostTensor): TfTensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}

function missing(name: string): never {
  throw new Error(`There is no '${name}' on the device`);
}
