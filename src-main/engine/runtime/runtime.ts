import { type Graph, neededFor, type Tensor } from '../graph/graph.ts';
import { factors } from '../graph/shape.ts';

/** Numbers on their way to the device or back. Shapes are in elements, row by row. */
export type HostTensor = { readonly data: Float32Array | Int32Array; readonly shape: readonly number[] };
export type HostTensors = Readonly<Record<string, HostTensor>>;

/** Named float tensors on their way to the device. Their arrays may be used as they are: give them up. */
export type Weights = ReadonlyMap<string, { readonly data: Float32Array; readonly shape: readonly number[] }>;

/** Named float tensors that stay on the device between runs: weights, moments, gradients. */
export interface State {
  readonly names: readonly string[];
  /** Adds tensors, or replaces those of the same name. */
  put(tensors: Weights): void;
  /**
   * One tensor's numbers, to be looked at before anything else is done with the state: where they are in the computer's own
   * memory they are no copy. Throws where there is no tensor of this name.
   */
  read(name: string): Promise<Float32Array>;
  /** One tensor's numbers, to be changed where they are; throws as `read`. Null where state isn't in the computer's own memory. */
  readonly inPlace: ((name: string) => Float32Array) | null;
  dispose(): void;
}

/** What to compute: outputs come back to the host, stored ones go to the state under their names. */
export type ProgramSpec = {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly stored: Readonly<Record<string, Tensor>>;
};

/**
 * The one dimension of state tensors in an elementwise program: it may run on tensors of any shape, all of the same, and
 * piece by piece. Such a program has scalar feeds and no outputs but stored ones.
 */
export const anyShape = 'elements';

/** A compiled graph. */
export interface Program {
  /**
   * Runs once. Feeds are all 'feed' inputs that the outputs need; the rest is taken from the state, where `names` says what
   * the state calls an input or a stored output, if not the same.
   */
  run(
    feeds: HostTensors,
    state: State,
    names?: Readonly<Record<string, string>>,
  ): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** A compiled graph that has its weights in itself. */
export interface FixedProgram {
  run(feeds: HostTensors): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** One way of running graphs on one device. */
export interface Runtime {
  /** As people know it: cpu, webgpu, tensorflow. */
  readonly device: string;
  /** Whether it computes in float16, faster than in float32. */
  hasFloat16(): Promise<boolean>;
  /** Whether state in the computer's own memory may be in memory that threads share. */
  takesSharedMemory(): Promise<boolean>;
  createState(): State;
  compile(spec: ProgramSpec): Promise<Program>;
  /**
   * The same of a graph that stores nothing, whose state never changes: knowing the weights beforehand, a runtime may lay them out as
   * its products read them.
   */
  compileFixed(spec: ProgramSpec, weights: Weights): Promise<FixedProgram>;
}

/** Those of the weights that a program reads. Throws where one is missing. */
export function readBy(spec: ProgramSpec, weights: Weights): Weights {
  const named = neededInputs(spec).flatMap(({ input }) => (input?.kind === 'state' ? [input.name] : []));
  return new Map(
    named.map((name) => {
      const weight = weights.get(name);
      if (!weight) throw new Error(`There is no '${name}' among the weights`);
      return [name, weight];
    }),
  );
}

/** A fixed program of a runtime that makes nothing of knowing the weights. */
export async function withState(
  runtime: Pick<Runtime, 'createState' | 'compile'>,
  spec: ProgramSpec,
  weights: Weights,
): Promise<FixedProgram> {
  const program = await runtime.compile(spec);
  const state = runtime.createState();
  state.put(readBy(spec, weights));
  return {
    run: (feeds) => program.run(feeds, state),
    async dispose() {
      await program.dispose();
      state.dispose();
    },
  };
}

/** The inputs that a program's results depend on. */
export function neededInputs({ graph, outputs, stored }: ProgramSpec): Tensor[] {
  const wanted = [...Object.values(outputs), ...Object.values(stored)];
  const used = new Set(wanted.map((tensor) => tensor.id));
  for (const node of neededFor(graph, wanted)) for (const tensor of node.inputs) used.add(tensor.id);
  return graph.inputs.filter((tensor) => used.has(tensor.id));
}

/** What the names among the dimensions mean in this run, read off the feeds. Throws where two feeds disagree. */
export function readSizes(inputs: readonly Tensor[], feeds: HostTensors): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const tensor of inputs) {
    if (tensor.input?.kind !== 'feed') continue;
    const feed = feeds[tensor.input.name];
    if (!feed) throw new Error(`The feed '${tensor.input.name}' is missing`);
    tensor.shape.forEach((dim, axis) => {
      const { names, number } = factors(dim);
      const size = feed.shape[axis];
      const known = names.length === 1 && number === 1 ? sizes.get(names[0]!) : undefined;
      if (names.length === 1 && number === 1 && known === undefined && size !== undefined) sizes.set(names[0]!, size);
      else if ((known !== undefined && known !== size) || (names.length === 0 && number !== size)) {
        throw new Error(`The feed '${tensor.input?.name}' has the shape [${feed.shape}], not [${tensor.shape}]`);
      }
    });
  }
  return sizes;
}

/**
 * Makes sure that a stored output may be written over the state input of the same name while the program runs: whatever else
 * reads that input must have been read before. Throws where that isn't so.
 */
export function checkOverwriting({ graph, stored }: ProgramSpec): void {
  for (const [name, output] of Object.entries(stored)) {
    const old = graph.inputs.find((tensor) => tensor.input?.name === name);
    if (!old) continue;
    const before = new Set(neededFor(graph, [output]));
    const late = graph.nodes.some((node) => node.inputs.includes(old) && !before.has(node));
    if (late) throw new Error(`'${name}' is read by nodes that its new value doesn't depend on`);
  }
}
