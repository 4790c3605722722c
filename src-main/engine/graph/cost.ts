import { type Graph, type Node, neededFor, type Tensor } from './graph.ts';
import { type Dim, product, resolve } from './shape.ts';

/** What running a part of a graph once takes. */
export type Cost = {
  /** Bytes of the intermediate results at the moment when there are most of them; what is given and kept is not counted. */
  readonly bytes: number;
  /** Multiplications and additions of its matrix products. */
  readonly operations: number;
};

const bytesPer = { float32: 4, int32: 4, float16: 2 } as const;

/** Elementwise operators: where their input is read for the last time, the result is written over it. */
const inPlace: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'sqrt',
  'sigmoid',
  'softplus',
  'relu',
  'erf',
  'exp',
  'after',
  'softmax',
]);

/**
 * Reckons what it takes to compute the wanted tensors, by going through the nodes in order and freeing each result after its
 * last use, without computing anything.
 * @param kept tensors whose memory is there already: results that are written over what they replace
 * @param sizes what the names among the dimensions mean
 */
export function costOf(
  graph: Graph,
  wanted: readonly Tensor[],
  kept: readonly Tensor[],
  sizes: ReadonlyMap<string, number>,
): Cost {
  const nodes = neededFor(graph, [...wanted, ...kept]);
  const elements = (tensor: Tensor): number => tensor.shape.reduce<number>((n, dim) => n * resolve(dim, sizes), 1);
  const free = new Set(kept.map(({ id }) => id));
  const lastUse = new Map<number, Node>();
  for (const node of nodes) for (const { id } of node.inputs) lastUse.set(id, node);
  for (const { id } of wanted) lastUse.delete(id);

  // Each block of memory with the tensors that are in it: a reshaped tensor is where it was.
  const blockOf = new Map<number, { bytes: number; readers: number }>();
  let [now, most, operations] = [0, 0, 0];
  const take = (bytes: number): void => {
    now += bytes;
    most = Math.max(most, now);
  };
  for (const node of nodes) {
    operations += resolve(productOf(node) ?? 0, sizes);
    const spare = temporaryOf(node, elements) * bytesPer.float32;
    const dying = [...new Set(node.inputs)].filter(({ id }) => lastUse.get(id) === node);
    const shared = blockToShare(node, dying, blockOf, elements);
    for (const output of node.outputs) {
      const read = lastUse.has(output.id) || wanted.includes(output);
      if (free.has(output.id) || (!read && output !== node.outputs[0])) continue;
      if (shared) {
        shared.readers++;
        blockOf.set(output.id, shared);
        continue;
      }
      const block = { bytes: elements(output) * bytesPer[output.type], readers: 1 };
      blockOf.set(output.id, block);
      take(block.bytes);
    }
    take(spare);
    now -= spare;
    for (const { id } of dying) {
      const block = blockOf.get(id);
      if (block && --block.readers === 0) now -= block.bytes;
    }
  }
  return { bytes: most, operations };
}

type Block = { bytes: number; readers: number };

/** The block in which the result of a node comes to lie, where it needs none of its own. */
function blockToShare(
  { operator, inputs, outputs }: Node,
  dying: readonly Tensor[],
  blockOf: ReadonlyMap<number, Block>,
  elements: (tensor: Tensor) => number,
): Block | undefined {
  if (operator.op === 'reshape') return blockOf.get(inputs[0]!.id);
  if (!inPlace.has(operator.op)) return undefined;
  const size = elements(outputs[0]!);
  const over = dying.find(
    (tensor) => elements(tensor) === size && tensor.type === outputs[0]!.type && blockOf.get(tensor.id)?.readers === 1,
  );
  return over && blockOf.get(over.id);
}

/** Numbers that an operator needs only while it runs. */
function temporaryOf({ operator, inputs, outputs }: Node, elements: (tensor: Tensor) => number): number {
  switch (operator.op) {
    case 'crossEntropy':
      // The logarithms of all probabilities. The gradient writes them over the logits.
      return elements(inputs[0]!);
    case 'scatterAdd':
      // Zeros, and an index for every number.
      return elements(outputs[0]!) + elements(inputs[1]!);
    default:
      return 0;
  }
}

/** Multiplications and additions of a node's matrix product, as a product of dimensions; null where it has none. */
function productOf({ operator, inputs, outputs }: Node): Dim | null {
  if (operator.op !== 'matmul' && operator.op !== 'linear') return null;
  const inner = inputs[0]!.shape.at(operator.transposeA ? -2 : -1)!;
  return product([2, inner, ...outputs[0]!.shape]);
}

/** The operations of computing the wanted tensors, as products of dimensions and how often each comes. */
export function productsOf(graph: Graph, wanted: readonly Tensor[]): Map<Dim, number> {
  const found = new Map<Dim, number>();
  for (const node of neededFor(graph, wanted)) {
    const own = productOf(node);
    if (own !== null) found.set(own, (found.get(own) ?? 0) + 1);
  }
  return found;
}
