import type { Dim, Shape } from './shape.ts';

/**
 * A computation as data: nodes in the order they were made, each an operator on earlier tensors. The runtimes run it; the
 * gradients (gradient.ts) are more nodes of the same graph.
 */
export type Graph = {
  readonly nodes: Node[];
  readonly inputs: Tensor[];
  tensors: number;
};

/** float16 only between nodes: what is given, kept and read is float32. */
export type DataType = 'float32' | 'float16' | 'int32';

export type Tensor = {
  readonly graph: Graph;
  readonly id: number;
  readonly shape: Shape;
  readonly type: DataType;
  /** Set for inputs only. */
  readonly input?: Input;
};

/** feed: given anew at each run. state: kept on the device between runs, under this name. */
type Input = { readonly name: string; readonly kind: 'feed' | 'state' };

/** How GELU is computed: by the error function, or nearly so by the hyperbolic tangent. */
export type GeluForm = 'exact' | 'tanh';

/** Every operator there is, with its attributes. operators.ts says what each computes. */
export type Operator =
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'add' | 'sub' | 'mul' | 'div' }
  | { readonly op: 'neg' | 'sqrt' | 'sigmoid' | 'softplus' | 'relu' | 'step' | 'erf' | 'exp' | 'softmax' }
  | { readonly op: 'gelu'; readonly form: GeluForm }
  | { readonly op: 'layerNorm'; readonly epsilon: number }
  | { readonly op: 'expandLike' | 'after' }
  | { readonly op: 'cast'; readonly to: 'float32' | 'float16' }
  | { readonly op: 'matmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  | { readonly op: 'linear'; readonly transposeA: boolean; readonly transposeB: boolean }
  | { readonly op: 'sum'; readonly axes: readonly number[]; readonly keep: boolean }
  | { readonly op: 'mean'; readonly axes: readonly number[] }
  | { readonly op: 'sumSquares' }
  | { readonly op: 'reshape'; readonly shape: Shape }
  | { readonly op: 'transpose'; readonly order: readonly number[] }
  | { readonly op: 'split'; readonly axis: number; readonly sizes: readonly number[] }
  | { readonly op: 'concat'; readonly axis: number }
  | { readonly op: 'gather' }
  | { readonly op: 'pad' | 'unpad' }
  | { readonly op: 'scatterAdd'; readonly rows: Dim }
  | { readonly op: 'crossEntropy' }
  | { readonly op: 'crossEntropyGradient' };

export type Node = {
  readonly operator: Operator;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
};

export function createGraph(): Graph {
  return { nodes: [], inputs: [], tensors: 0 };
}

/** A tensor that is given at run time. Names are unique in a graph. */
export function input(graph: Graph, name: string, shape: Shape, type: 'float32' | 'int32' = 'float32'): Tensor {
  return addInput(graph, { name, kind: 'feed' }, shape, type);
}

/** A float tensor that stays on the device between runs: a weight, a moment, a gradient. */
export function state(graph: Graph, name: string, shape: Shape): Tensor {
  return addInput(graph, { name, kind: 'state' }, shape, 'float32');
}

function addInput(graph: Graph, which: Input, shape: Shape, type: DataType): Tensor {
  if (graph.inputs.some((tensor) => tensor.input?.name === which.name)) {
    throw new Error(`The graph has an input '${which.name}' already`);
  }
  const tensor: Tensor = { graph, id: graph.tensors++, shape, type, input: which };
  graph.inputs.push(tensor);
  return tensor;
}

/** Adds a node and returns its output tensors, which have the given shapes. */
export function addNode(
  operator: Operator,
  graph: Graph,
  inputs: readonly Tensor[],
  shapes: readonly Shape[],
  type: DataType = 'float32',
): Node {
  const outputs = shapes.map((shape): Tensor => ({ graph, id: graph.tensors++, shape, type }));
  const node: Node = { operator, inputs, outputs };
  graph.nodes.push(node);
  return node;
}

/** The nodes that the given tensors depend on, in running order. */
export function neededFor(graph: Graph, wanted: readonly Tensor[]): Node[] {
  const needed = new Set(wanted.map((tensor) => tensor.id));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((tensor) => needed.has(tensor.id))) continue;
    for (const tensor of node.inputs) needed.add(tensor.id);
    kept.push(node);
  }
  return kept.reverse();
}
