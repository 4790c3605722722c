import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { neededFor } from '../graph/graph.ts';
import { resolve } from '../graph/shape.ts';
import {
  anyShape,
  type HostTensor,
  neededInputs,
  type Program,
  type ProgramSpec,
  type Runtime,
  readSizes,
  type State,
  withState,
} from './runtime.ts';
import type { Binding } from './tensorflow-binding.ts';
import { cut, join, pieceSize } from './tensorflow-blocks.ts';
import { writeNode } from './tensorflow-nodes.ts';
import { tensorflow } from './tensorflow-schema.ts';
import { createWriter, type FedSizes } from './tensorflow-writer.ts';

/** A tensor by the binding's number. */
type Held = { readonly id: number; readonly shape: readonly number[] };

/** The state's tensors, in the computer's own memory. */
type NativeState = State & { readonly tensors: Map<string, Held>; freeArrays(): void };

/**
 * Runs graphs in TensorFlow on the processor, each as a whole: TensorFlow plans it once, fuses what it can, and a run is one call. The
 * binding knows whole graphs as SavedModels only, so a program is written as one. Tensors go in and come out without being copied.
 */
export function createProgramRuntime(binding: Binding): Runtime {
  const runtime: Runtime = {
    device: 'tensorflow',
    hasFloat16: async () => false,
    takesSharedMemory: async () => false,
    createState: () => createState(binding),
    async compile(spec) {
      return createProgram(binding, spec);
    },
    compileFixed: (spec, weights) => withState(runtime, spec, weights),
  };
  return runtime;
}

/** Arrays that came in and take more bytes than this are freed before the next run, not when JavaScript gets round to it. */
const manyBytes = 1 << 26;

function createState(binding: Binding): NativeState {
  const tensors = new Map<string, Held>();
  let bytes = 0;
  return {
    tensors,
    get names() {
      return [...tensors.keys()];
    },
    put(added) {
      for (const [name, { data, shape }] of added) {
        keep(binding, tensors, name, { id: upload(binding, { data, shape }), shape });
        bytes += data.byteLength;
      }
    },
    freeArrays() {
      if (bytes > manyBytes) collectGarbage();
      bytes = 0;
    },
    async read(name) {
      return binding.tensorDataSync((tensors.get(name) ?? missing(name)).id);
    },
    inPlace: null,
    dispose() {
      for (const { id } of tensors.values()) binding.deleteTensor(id);
      tensors.clear();
    },
  };
}

/** Node has no call for it but the one that a flag adds to new contexts. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

const tag = 'serve';

function createProgram(binding: Binding, spec: ProgramSpec): Program {
  const { bytes, sizes: fedSizes } = writeProgram(spec);
  const model = load(binding, bytes);
  const inputs = neededInputs(spec);
  const elementwise = inputs.some(({ shape }) => shape.includes(anyShape));
  const inputNames = [...inputs.map((_, i) => inputName(i)), ...fedSizes.map(({ name }) => name)];
  const stateNames = inputs.flatMap(({ input }) => (input?.kind === 'state' ? [input.name] : []));
  const outputs = Object.keys(spec.outputs);
  const stored = Object.keys(spec.stored);
  const outputNames = [...outputs, ...stored].map((_, i) => outputName(i));
  const listed = (names: readonly string[]) => names.map((name) => `${name}:0`).join(',');
  const execute = (ids: readonly number[]) =>
    binding.runSavedModel(model, ids, listed(inputNames), listed(outputNames));
  return {
    async run(feeds, state, names = {}) {
      const { tensors, freeArrays } = state as NativeState;
      freeArrays();
      const sizes = readSizes(inputs, feeds);
      const find = (name: string) => tensors.get(names[name] ?? name) ?? missing(names[name] ?? name);
      const fed = new Map<string, number>();
      try {
        for (const { input } of inputs) {
          if (input!.kind === 'feed') fed.set(input!.name, upload(binding, feeds[input!.name]!));
          else find(input!.name);
        }
        for (const { name, dims, scalar } of fedSizes) {
          const data = Int32Array.from(dims, (dim) => resolve(dim, sizes));
          fed.set(name, upload(binding, { data, shape: scalar ? [] : [data.length] }));
        }
        const given = (idOf: (state: string) => number): number[] => [
          ...inputs.map(({ input }) => (input!.kind === 'feed' ? fed.get(input!.name)! : idOf(input!.name))),
          ...fedSizes.map(({ name }) => fed.get(name)!),
        ];
        if (elementwise && runInPieces(binding, stored, tensors, stateNames, names, (idOf) => execute(given(idOf)))) {
          return {};
        }
        const results = execute(given((name) => find(name).id));
        const read = outputs.map((name, i) => [name, take(binding, results[i]!.id)] as const);
        for (const [i, name] of stored.entries()) {
          keep(binding, tensors, names[name] ?? name, results[outputs.length + i]!);
        }
        return Object.fromEntries(read);
      } finally {
        for (const id of fed.values()) binding.deleteTensor(id);
      }
    },
    async dispose() {
      binding.deleteSavedModel(model);
    },
  };
}

/**
 * Runs an elementwise program on large tensors piece by piece, freeing what it replaces at once; says false, and does nothing, where they
 * are small.
 */
function runInPieces(
  binding: Binding,
  stored: readonly string[],
  tensors: Map<string, Held>,
  stateNames: readonly string[],
  names: Readonly<Record<string, string>>,
  execute: (idOf: (state: string) => number) => readonly Held[],
): boolean {
  const { shape } = tensors.get(names[stateNames[0]!] ?? stateNames[0]!)!;
  const size = shape.reduce((a, b) => a * b, 1);
  if (size <= pieceSize) return false;
  const pieces = new Map<string, readonly number[]>();
  for (const name of stateNames) {
    const kept = names[name] ?? name;
    const { id } = tensors.get(kept)!;
    pieces.set(name, cut(binding, id, size));
    if (!stored.includes(name)) continue;
    binding.deleteTensor(id);
    tensors.delete(kept);
  }
  const made: number[][] = stored.map(() => []);
  for (let i = 0; i * pieceSize < size; i++) {
    const results = execute((name) => pieces.get(name)![i]!);
    for (const [j, { id }] of results.entries()) made[j]!.push(id);
    for (const parts of pieces.values()) binding.deleteTensor(parts[i]!);
  }
  for (const [j, name] of stored.entries()) {
    keep(binding, tensors, names[name] ?? name, { id: join(binding, made[j]!, shape), shape });
  }
  return true;
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
  const folder = mkdtempSync(path(tmpdir(), 'tiebreak-program-'));
  try {
    writeFileSync(path(folder, 'saved_model.pb'), bytes);
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

function keep(binding: Binding, tensors: Map<string, Held>, name: string, held: Held): void {
  const before = tensors.get(name);
  tensors.set(name, held);
  if (before) binding.deleteTensor(before.id);
}

function missing(name: string): never {
  throw new Error(`There is no '${name}' on the device`);
}
