import type { Node, Tensor } from '../graph/graph.ts';
import { dataTypes, type Writer } from './onnx-writer.ts';

/** Operators that are one of ONNX's, without attributes or with fixed ones. */
const names = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  neg: 'Neg',
  sqrt: 'Sqrt',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  relu: 'Relu',
  softmax: 'Softmax',
  erf: 'Erf',
  exp: 'Exp',
} as const;

/** In a provider's place: only operators that every reader of ONNX knows, up to operator set 17. */
export const anyProvider = 'any';

/** Writes the ONNX nodes of one node of a graph. */
export function emitNode(writer: Writer, { operator, inputs, outputs }: Node): void {
  const from = inputs.map(writer.nameOf);
  const to = outputs.map(writer.nameOf);
  const [a, b, c] = from as [string, string, string];
  const { node, integers } = writer;
  switch (operator.op) {
    case 'constant':
      node('Identity', [writer.floats([operator.value], [])], {}, to);
      return;
    case 'step':
      // Not Sign: WebGPU has none.
      node('Cast', [node('Greater', [a, writer.floats([0], [])])], { to: dataTypes.float32 }, to);
      return;
    case 'gelu':
      if (writer.provider !== anyProvider) {
        node('Gelu', from, { approximate: operator.form === 'tanh' ? 'tanh' : 'none' }, to);
      } else if (operator.form === 'tanh') emitGelu(writer, a, to);
      else emitExactGelu(writer, a, to);
      return;
    case 'layerNorm':
      // The mean and the inverse deviation serve training; many readers of ONNX know the first result alone.
      node(
        'LayerNormalization',
        from,
        { axis: -1, epsilon: operator.epsilon },
        writer.provider === anyProvider ? to.slice(0, 1) : to,
      );
      return;
    case 'matmul':
      emitMatmul(writer, operator, inputs, to);
      return;
    case 'linear':
      emitLinear(writer, operator, inputs, to);
      return;
    case 'sum':
      node('ReduceSum', [a, integers(operator.axes)], { keepdims: Number(operator.keep) }, to);
      return;
    case 'mean':
      node('ReduceMean', [a, integers(operator.axes)], { keepdims: 1 }, to);
      return;
    case 'sumSquares':
      node('ReduceSumSquare', from, { keepdims: 0 }, to);
      return;
    case 'expandLike':
      node('Expand', [a, node('Shape', [b])], {}, to);
      return;
    case 'after': {
      // Always 0, which nobody can know before: what ONNX Runtime could foresee it would run early, or leave out.
      const other = inputs[1]!.type === 'float32' ? b : node('Cast', [b], { to: dataTypes.float32 });
      const positive = node('Greater', [node('ReduceSum', [other], { keepdims: 0 }), writer.floats([0], [])]);
      const zero = node('Mul', [node('Cast', [positive], { to: dataTypes.float32 }), writer.floats([0], [])]);
      const { type } = outputs[0]!;
      node('Add', [a, type === 'float32' ? zero : node('Cast', [zero], { to: dataTypes[type] })], {}, to);
      return;
    }
    case 'cast':
      node('Cast', [a], { to: dataTypes[operator.to] }, to);
      return;
    case 'reshape': {
      const { shape } = operator;
      const unknown = shape.filter((dim) => typeof dim !== 'number');
      const simple = unknown.length <= 1;
      node(
        'Reshape',
        [a, simple ? integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1))) : writer.shape(shape)],
        {},
        to,
      );
      return;
    }
    case 'transpose':
      node('Transpose', from, { perm: operator.order }, to);
      return;
    case 'split':
      node('Split', [a, integers(operator.sizes)], { axis: operator.axis }, to);
      return;
    case 'concat':
      node('Concat', from, { axis: operator.axis }, to);
      return;
    case 'gather':
    case 'pad':
      node('Gather', [a, b], { axis: 0 }, to);
      return;
    case 'unpad':
      node('Gather', [a, c], { axis: 0 }, to);
      return;
    case 'scatterAdd': {
      // ScatterElements, not ScatterND: that one adds in several threads at once, and loses sums where indices repeat.
      const tail = inputs[1]!.shape.slice(inputs[0]!.shape.length).map(Number);
      const zeros = node('ConstantOfShape', [writer.shape(outputs[0]!.shape)]);
      const values = node('Reshape', [b, integers([-1, ...tail])]);
      const column = node('Reshape', [a, integers([-1, ...tail.map(() => 1)])]);
      const indices = tail.length === 0 ? column : node('Expand', [column, node('Shape', [values])]);
      node('ScatterElements', [zeros, indices, values], { axis: 0, reduction: 'add' }, to);
      return;
    }
    case 'crossEntropy': {
      const column = node('Unsqueeze', [b, integers([1])]);
      const picked = node('GatherElements', [node('LogSoftmax', [a], { axis: -1 }), column], { axis: 1 });
      node('Neg', [node('Squeeze', [picked, integers([1])])], {}, to);
      return;
    }
    case 'crossEntropyGradient': {
      const [targets, d] = [b, c].map((name) => node('Unsqueeze', [name, integers([1])])) as [string, string];
      const weighted = node('Mul', [node('Softmax', [a], { axis: -1 }), d]);
      node('ScatterElements', [weighted, targets, node('Neg', [d])], { axis: 1, reduction: 'add' }, to);
      return;
    }
    default:
      node(names[operator.op], from, operator.op === 'softmax' ? { axis: -1 } : {}, to);
  }
}

/** x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2, as it was written before operator set 20 had a Gelu. */
function emitGelu({ node, floats }: Writer, x: string, to: readonly string[]): void {
  const cube = node('Mul', [node('Mul', [x, x]), x]);
  const inner = node('Add', [x, node('Mul', [cube, floats([0.044715], [])])]);
  const tanh = node('Tanh', [node('Mul', [inner, floats([Math.sqrt(2 / Math.PI)], [])])]);
  node('Mul', [node('Mul', [x, floats([0.5], [])]), node('Add', [tanh, floats([1], [])])], {}, to);
}

/** x (1 + erf(x / sqrt(2))) / 2. */
function emitExactGelu({ node, floats }: Writer, x: string, to: readonly string[]): void {
  const erf = node('Erf', [node('Mul', [x, floats([Math.SQRT1_2], [])])]);
  node('Mul', [node('Mul', [x, floats([0.5], [])]), node('Add', [erf, floats([1], [])])], {}, to);
}

/** Columns of a product from which on turning its first factor beforehand takes less time than it saves. */
const wideProduct = 512;

/**
 * On the processor ONNX Runtime multiplies a first factor that it has to turn on the way, as the gradient of a weight has it, 15% slower
 * than one that lies as it is read. Its optimiser would take a Transpose back into the product: a Reshape that changes nothing keeps it out.
 */
function emitLinear(
  { node, nameOf, integers, provider }: Writer,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  inputs: readonly Tensor[],
  to: readonly string[],
): void {
  const [a, ...rest] = inputs.map(nameOf) as [string, string];
  const [[, rows], [, columns]] = inputs.map(({ shape }) => shape) as [Tensor['shape'], Tensor['shape']];
  if (
    !transposeA ||
    transposeB ||
    provider !== 'cpu' ||
    typeof rows !== 'number' ||
    !(Number(columns) >= wideProduct)
  ) {
    node('Gemm', [a, ...rest], { transA: Number(transposeA), transB: Number(transposeB) }, to);
    return;
  }
  const turned = node('Reshape', [node('Transpose', [a], { perm: [1, 0] }), integers([rows, -1])]);
  node('Gemm', [turned, ...rest], {}, to);
}

/** ONNX's MatMul takes nothing transposed. An operator of ONNX Runtime's own does, which we use on the processor alone. */
function emitMatmul(
  { node, nameOf, provider }: Writer,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  inputs: readonly Tensor[],
  to: readonly string[],
): void {
  const from = inputs.map(nameOf);
  if ((transposeA || transposeB) && provider === 'cpu') {
    const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
    node('FusedMatMul', from, attributes, to, 'com.microsoft');
    return;
  }
  const axes = [...inputs[0]!.shape.keys()];
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
  const factors = [transposeA, transposeB].map((turned, i) =>
    turned ? node('Transpose', [from[i]!], { perm }) : from[i]!,
  );
  node('MatMul', factors, {}, to);
}
