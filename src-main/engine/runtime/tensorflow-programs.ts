import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neededFor } from '../graph/graph.ts';
import { resolve } from '../graph/shape.ts';
import {
  type HostTensor,
  neededInputs,
  type Program,
  type ProgramSpec,
  type Runtime,
  readSizes,
  type State,
} from './runtime.ts';
import { writeNode } from './tensorflow-nodes.ts';
import { tensorflow } from './tensorflow-schema.ts';
import { createWriter, type FedSizes } from './tensorflow-writer.ts';

/** What we use of the native package's binding (its tfjs_binding.d.ts). Tensors and models are numbers, and freed by hand. */
export type Binding = {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_Version: string;
  createTensor(shape: readonly number[], type: number, data: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  getNumOfTensors(): number;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): { id: number }[];
};

/** The state's tensors by the binding's numbers, in the computer's own memory. */
type NativeState = State & { readonly tensors: Map<string, number> };

/**
 * Runs graphs in TensorFlow on the processor, each as a whole: TensorFlow plans it once, fuses what it can, and a run is one call. The
 * binding knows whole graphs as SavedModels only, so a program is written as one. Tensors go in and come out without being copied.
 */
export function createProgramRuntime(binding: Binding): Runtime {
  return {
    device: 'tensorflow',
    createState: () => createState(binding),
    async compile(spec) {
      return createProgram(binding, spec);
    },
  };
}

function createState(binding: Binding): NativeState {
  const tensors = new Map<string, number>();
  return {
    tensors,
    get names() {
      return [...tensors.keys()];
    },
    put(added) {
      for (const [name, { data, shape }] of added) keep(binding, tensors, name, upload(binding, { data, shape }));
    },
    async read(name) {
      return binding.tensorDataSync(tensors.get(name) ?? missing(name));
    },
    dispose() {
      for (const id of tensors.values()) binding.deleteTensor(id);
      tensors.clear();
    },
  };
}

const tag = 'serve';

function createProgram(binding: Binding, spec: ProgramSpec): Program {
  const { bytes, sizes: fedSizes } = writeProgram(spec);
  const model = load(binding, bytes);
  const inputs = neededInputs(spec);
  const inputNames = [...inputs.map((_, i) => inputName(i)), ...fedSizes.map(({ name }) => name)].map((name) => `${name}:0`);
  const outputs = Object.keys(spec.outputs);
  const stored = Object.keys(spec.stored);
  const outputNames = [...outputs, ...stored].map((_, i) => `${outputName(i)}:0`);
  return {
    async run(feeds, state, names = {}) {
      const { tensors } = state as NativeState;
      const sizes = readSizes(inputs, feeds);
      const fed: number[] = [];
      const feed = (tensor: HostTensor): number => {
        fed.push(upload(binding, tensor));
        return fed.at(-1)!;
      };
      try {
        const ids = inputs.map(({ input }) => {
          const { kind, name } = input!;
          if (kind === 'feed') return feed(feeds[name]!);
          return tensors.get(names[name] ?? name) ?? missing(names[name] ?? name);
        });
        for (const { dims, scalar } of fedSizes) {
          const data = Int32Array.from(dims, (dim) => resolve(dim, sizes));
          ids.push(feed({ data, shape: scalar ? [] : [data.length] }));
        }
        const results = binding.runSavedModel(model, ids, inputNames.join(','), outputNames.join(','));
        const read = outputs.map((name, i) => [name, take(binding, results[i]!.id)] as const);
        for (const [i, name] of stored.entries()) {
          keep(binding, tensors, names[name] ?? name, results[outputs.length + i]!.id);
        }
        return Object.fromEntries(read);
      } finally {
        for (const id of fed) binding.deleteTensor(id);
      }
    },
    async dispose() {
      binding.deleteSavedModel(model);
    },
  };
}

const inputName = (i: number): string => `in${i}`;
const outputName = (i: number): string => `out${i}`;

/** A program as a SavedModel, and the sizes that a run feeds to it beside its inputs. */
function writeProgram(spec: ProgramSpec): { bytes: Uint8Array; sizes: readonly FedSizes[] } {
  const writer = createWriter();
  for (const [i, tensor] of neededInputs(spec).entries()) {
    writer.placeholder(inputName(i), tensor.shape, tensor.type);
    writer.called(tensor, inputName(i));
  }
  const results = [...Object.values(spec.outputs), ...Object.values(spec.stored)];
  for (const node of neededFor(spec.graph, results)) writeNode(writer, node);
  // An Identity copies nothing; without it TensorFlow would refuse a result that is an input.
  for (const [i, tensor] of results.entries()) {
    writer.node('Identity', [writer.nameOf(tensor)], { T: { type: tensor.type } }, outputName(i));
  }
  const SavedModel = tensorflow.lookupType('SavedModel');
  const graphDef = { node: writer.nodes, versions: { producer: graphVersion } };
  const message = { savedModelSchemaVersion: 1, metaGraphs: [{ metaInfoDef: { tags: [tag] }, graphDef }] };
  return { bytes: SavedModel.encode(SavedModel.fromObject(message)).finish(), sizes: [...writer.sizes.values()] };
}

/** That of TensorFlow 2.9: graphs written for it mean the same to all that came after. */
const graphVersion = 1087;

function load(binding: Binding, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-program-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function upload(binding: Binding, { data, shape }: HostTensor): number {
  return binding.createTensor(shape, data instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT, data);
}

function take(binding: Binding, id: number): Float32Array {
  const data = binding.tensorDataSync(id);
  binding.deleteTensor(id);
  return data;
}

function keep(binding: Binding, tensors: Map<string, number>, name: string, id: number): void {
  const before = tensors.get(name);
  tensors.set(name, id);
  if (before !== undefined) binding.deleteTensor(before);
}

function missing(name: string): never {
  throw new Error(`There is no '${name}' on the device`);
}
