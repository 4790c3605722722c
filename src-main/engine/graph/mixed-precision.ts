import { addNode, createGraph, type Graph, type Node, type Operator, type Tensor } from './graph.ts';
import { cast } from './operators.ts';

/** What computes in float16: nearly all the work of a model, on what graphics cards have circuits of their own for. */
const products: ReadonlySet<Operator['op']> = new Set(['matmul', 'linear']);

/** What moves numbers about and computes nothing leaves them in the precision in which they come. */
const moves: ReadonlySet<Operator['op']> = new Set([
  ...(['reshape', 'transpose', 'split', 'concat', 'gather', 'pad', 'unpad', 'expandLike', 'after'] as const),
]);

/** A program's results by name; runtime/runtime.ts has more of them. */
type Results = Readonly<Record<string, Tensor>>;
type Computation = { readonly graph: Graph; readonly outputs: Results; readonly stored: Results };

/**
 * The same computation in mixed precision (Micikevicius et al., 2018): matrix products take and give float16, everything else
 * (layer norms, softmax, activations, sums, the loss) computes in float32, and so do the inputs and the results stay. What is
 * needed in both precisions is cast once.
 */
export function inMixedPrecision(program: Computation): Computation {
  const graph = createGraph();
  const made = new Map<number, Tensor>();
  const casts = new Map<string, Tensor>();

  const as = (tensor: Tensor, type: 'float16' | 'float32'): Tensor => {
    if (tensor.type === type || tensor.type === 'int32') return tensor;
    const key = `${tensor.id} ${type}`;
    const known = casts.get(key) ?? cast(tensor, type);
    casts.set(key, known);
    return known;
  };
  const copy = (node: Node): void => {
    const given = node.inputs.map(({ id }) => made.get(id)!);
    const type = precisionOf(node, given);
    const inputs = given.map((tensor, i) => (movesAlong(node, i) ? as(tensor, type) : tensor));
    const shapes = node.outputs.map(({ shape }) => shape);
    const { outputs } = addNode(node.operator, graph, inputs, shapes, type);
    node.outputs.forEach(({ id }, i) => {
      made.set(id, outputs[i]!);
    });
  };

  for (const tensor of program.graph.inputs) {
    const own: Tensor = { ...tensor, graph, id: graph.tensors++ };
    graph.inputs.push(own);
    made.set(tensor.id, own);
  }
  for (const node of program.graph.nodes) copy(node);
  const results = (of: Results): Results =>
    Object.fromEntries(Object.entries(of).map(([name, { id }]) => [name, as(made.get(id)!, 'float32')]));
  return { graph, outputs: results(program.outputs), stored: results(program.stored) };
}

/** What a node computes in, given its inputs. Products of a single column, such as rewards, are little work and much looked at. */
function precisionOf(node: Node, given: readonly Tensor[]): 'float16' | 'float32' {
  const { op } = node.operator;
  const half = moves.has(op)
    ? given.every(({ type }, i) => type !== 'float32' || !movesAlong(node, i))
    : products.has(op) && node.outputs[0]!.shape.at(-1) !== 1;
  return half ? 'float16' : 'float32';
}

/** Whether an input has numbers that come out again; others of a move say where to. */
function movesAlong({ operator: { op }, inputs }: Node, input: number): boolean {
  if (op === 'expandLike' || op === 'after' || op === 'unpad') return input === 0;
  return inputs[input]!.type !== 'int32';
}
