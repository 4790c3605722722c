import type { Node } from '../graph/graph.ts';
import type { Attributes, Writer } from './tensorflow-writer.ts';

/** Operators that are one of TensorFlow's on floats. */
const names = {
  add: 'AddV2',
  sub: 'Sub',
  mul: 'Mul',
  div: 'RealDiv',
  neg: 'Neg',
  sqrt: 'Sqrt',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  relu: 'Relu',
  erf: 'Erf',
  exp: 'Exp',
  softmax: 'Softmax',
} as const;

const float = { type: 'float32' } as const;
const int = { type: 'int32' } as const;
const onFloats: Attributes = { T: float };

/** Writes the TensorFlow nodes of one node of a graph. */
export function writeNode(writer: Writer, node: Node): void {
  for (const [i, name] of write(writer, node).entries()) writer.called(node.outputs[i]!, name);
}

/** The same, and what the node's outputs are called. */
function write(writer: Writer, { operator, inputs, outputs }: Node): readonly string[] {
  const from = inputs.map(writer.nameOf);
  const [a, b, c] = from as [string, string, string];
  const { integer, integers } = writer;
  const node = (op: string, names: readonly string[], attributes = onFloats) => writer.node(op, names, attributes);
  const reduce = (op: string, x: string, axes: readonly number[], keep: boolean) =>
    node(op, [x, integers(axes)], { ...onFloats, Tidx: int, keep_dims: keep });
  const gather = (rows: string, at: string) =>
    node('GatherV2', [rows, at, integer(0)], { Tparams: float, Tindices: int, Taxis: int });
  switch (operator.op) {
    case 'constant':
      return [writer.float(operator.value)];
    case 'step':
      return [node('Cast', [node('Greater', [a, writer.float(0)])], { SrcT: { raw: { type: bool } }, DstT: float })];
    case 'gelu':
      return [operator.form === 'exact' ? exactGelu(writer, a) : gelu(writer, a)];
    case 'layerNorm': {
      const last = [inputs[0]!.shape.length - 1];
      const mean = reduce('Mean', a, last, true);
      const centred = node('Sub', [a, mean]);
      const variance = reduce('Mean', node('Square', [centred]), last, true);
      const inverse = node('Rsqrt', [node('AddV2', [variance, writer.float(operator.epsilon)])]);
      return [node('AddV2', [node('Mul', [node('Mul', [centred, inverse]), b]), c]), mean, inverse];
    }
    case 'matmul': {
      const { transposeA, transposeB } = operator;
      if (outputs[0]!.shape.length > 2) {
        return [node('BatchMatMulV2', [a, b], { ...onFloats, adj_x: transposeA, adj_y: transposeB })];
      }
      return [node('MatMul', [a, b], { ...onFloats, transpose_a: transposeA, transpose_b: transposeB })];
    }
    case 'linear': {
      const { transposeA, transposeB } = operator;
      const product = node('MatMul', [a, b], { ...onFloats, transpose_a: transposeA, transpose_b: transposeB });
      return [c ? node('BiasAdd', [product, c]) : product];
    }
    case 'sum':
      return [reduce('Sum', a, operator.axes, operator.keep)];
    case 'mean':
      return [reduce('Mean', a, operator.axes, true)];
    case 'sumSquares':
      // Half the sum of squares, in one pass.
      return [node('Mul', [node('L2Loss', [a]), writer.float(2)])];
    case 'expandLike':
      return [node('BroadcastTo', [a, node('Shape', [b], { ...onFloats, out_type: int })], { ...onFloats, Tidx: int })];
    case 'after':
      return [node('Identity', [a, `^${b.split(':')[0]}`])];
    // Programs in mixed precision are not made for it: all there is, is float32.
    case 'cast':
      return [a];
    case 'reshape':
      return [node('Reshape', [a, writer.shape(operator.shape)], { ...onFloats, Tshape: int })];
    case 'transpose':
      return [node('Transpose', [a, integers(operator.order)], { ...onFloats, Tperm: int })];
    case 'split': {
      const { axis, sizes } = operator;
      const parts = { ...onFloats, Tlen: int, num_split: sizes.length };
      const split = node('SplitV', [a, integers(sizes), integer(axis)], parts);
      return [...sizes.map((_, i) => (i === 0 ? split : `${split}:${i}`))];
    }
    case 'concat':
      return [node('ConcatV2', [...from, integer(operator.axis)], { ...onFloats, Tidx: int, N: from.length })];
    case 'gather':
    case 'pad':
      return [gather(a, b)];
    case 'unpad':
      return [gather(a, c)];
    case 'scatterAdd': {
      const types = { ...onFloats, Tindices: int, Tnumsegments: int };
      return [node('UnsortedSegmentSum', [b, a, writer.size(operator.rows)], types)];
    }
    case 'crossEntropy':
      return [crossEntropy(writer, a, b)];
    case 'crossEntropyGradient': {
      const column = node('ExpandDims', [c, integer(1)], { ...onFloats, Tdim: int });
      return [node('Mul', [`${crossEntropy(writer, a, b)}:1`, column])];
    }
    default:
      return [node(names[operator.op], from)];
  }
}

/** TensorFlow's number of the type bool. */
const bool = 10;

/** Losses as the first output, softmax less the targets as the second: one kernel makes both. */
function crossEntropy(writer: Writer, logits: string, targets: string): string {
  return writer.node('SparseSoftmaxCrossEntropyWithLogits', [logits, targets], { ...onFloats, Tlabels: int });
}

/** x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)), which is the tanh form. */
function gelu(writer: Writer, x: string): string {
  const k = 2 * Math.sqrt(2 / Math.PI);
  const node = (op: string, ...from: string[]) => writer.node(op, from, onFloats);
  const slope = node('AddV2', node('Mul', node('Square', x), writer.float(k * 0.044715)), writer.float(k));
  return node('Mul', x, node('Sigmoid', node('Mul', x, slope)));
}

function exactGelu(writer: Writer, x: string): string {
  const node = (op: string, ...from: string[]) => writer.node(op, from, onFloats);
  const erf = node('Erf', node('Mul', x, writer.float(Math.SQRT1_2)));
  return node('Mul', node('Mul', x, writer.float(0.5)), node('AddV2', erf, writer.float(1)));
}
