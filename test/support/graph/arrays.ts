/** Numbers and their shape, row by row. */
export type Value = { readonly data: Float64Array; readonly shape: readonly number[] };

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const total = (data: Float64Array): number => data.reduce((a, b) => a + b, 0);

/** Index of an element in a value that is broadcast to `shape`, given the element's place there. */
function broadcastIndex(value: Value, shape: readonly number[], place: readonly number[]): number {
  const offset = shape.length - value.shape.length;
  return value.shape.reduce((index, size, i) => index * size + (size === 1 ? 0 : place[i + offset]!), 0);
}

/** Calls `visit` with the place of every element of a shape, in order. */
function everyPlace(shape: readonly number[], visit: (place: readonly number[], index: number) => void): void {
  const place = shape.map(() => 0);
  for (let index = 0; index < count(shape); index++) {
    visit(place, index);
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
}

export function elementwise(a: Value, b: Value, f: (x: number, y: number) => number): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  const size = (value: Value, i: number) => value.shape[i - rank + value.shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, i) => (size(a, i) === 1 ? size(b, i) : size(a, i)));
  const data = new Float64Array(count(shape));
  everyPlace(shape, (place, i) => {
    data[i] = f(a.data[broadcastIndex(a, shape, place)]!, b.data[broadcastIndex(b, shape, place)]!);
  });
  return { data, shape };
}

export function byRow({ data, shape }: Value, f: (row: Float64Array) => Float64Array): Value {
  const width = shape.at(-1)!;
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += width) result.set(f(data.subarray(i, i + width)), i);
  return { data: result, shape };
}

export function softmax(row: Float64Array): Float64Array {
  const most = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - most));
  const all = total(powers);
  return powers.map((x) => x / all);
}

export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value[] {
  const width = x.shape.at(-1)!;
  const shape = [...x.shape.slice(0, -1), 1];
  const means: number[] = [];
  const inverses: number[] = [];
  const y = byRow(x, (row) => {
    const mean = total(row) / width;
    const inverse = 1 / Math.sqrt(total(row.map((v) => (v - mean) ** 2)) / width + epsilon);
    means.push(mean);
    inverses.push(inverse);
    return row.map((v, i) => (v - mean) * inverse * weight.data[i]! + bias.data[i]!);
  });
  return [y, { data: Float64Array.from(means), shape }, { data: Float64Array.from(inverses), shape }];
}

export function matmul(a: Value, b: Value): Value {
  const [n, k, m] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batches = a.shape.slice(0, -2);
  const data = new Float64Array(count(batches) * n * m);
  for (let batch = 0; batch < count(batches); batch++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let value = 0;
        for (let l = 0; l < k; l++) value += a.data[(batch * n + i) * k + l]! * b.data[(batch * k + l) * m + j]!;
        data[(batch * n + i) * m + j] = value;
      }
    }
  }
  return { data, shape: [...batches, n, m] };
}

export function transpose(x: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => x.shape[axis]!);
  const data = new Float64Array(x.data.length);
  everyPlace(shape, (place, i) => {
    const from = x.shape.map((_, axis) => place[order.indexOf(axis)]!);
    data[i] = x.data[broadcastIndex(x, x.shape, from)]!;
  });
  return { data, shape };
}

/** The last two axes in the other order. */
export const swap = (x: Value): Value => {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
};

export function sum(x: Value, axes: readonly number[], keep: boolean): Value {
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const sums: Value = { data: new Float64Array(count(kept)), shape: kept };
  everyPlace(x.shape, (place, i) => {
    sums.data[broadcastIndex(sums, x.shape, place)]! += x.data[i]!;
  });
  return keep ? sums : { data: sums.data, shape: x.shape.filter((_, i) => !axes.includes(i)) };
}

export function split(x: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0;
  return sizes.map((size) => {
    const first = start;
    start += size;
    const shape = x.shape.map((dim, i) => (i === axis ? size : dim));
    const data = new Float64Array(count(shape));
    everyPlace(shape, (place, i) => {
      data[i] =
        x.data[
          broadcastIndex(
            x,
            x.shape,
            place.map((at, dim) => (dim === axis ? at + first : at)),
          )
        ]!;
    });
    return { data, shape };
  });
}

export function concat(parts: readonly Value[], axis: number): Value {
  const size = parts.reduce((all, part) => all + part.shape[axis]!, 0);
  const shape = parts[0]!.shape.map((dim, i) => (i === axis ? size : dim));
  const data = new Float64Array(count(shape));
  everyPlace(shape, (place, i) => {
    let at = place[axis]!;
    const part = parts.find((candidate) => {
      if (at < candidate.shape[axis]!) return true;
      at -= candidate.shape[axis]!;
      return false;
    })!;
    data[i] =
      part.data[
        broadcastIndex(
          part,
          part.shape,
          place.map((p, dim) => (dim === axis ? at : p)),
        )
      ]!;
  });
  return { data, shape };
}

export function gather(table: Value, indices: Value): Value {
  const width = count(table.shape.slice(1));
  const data = new Float64Array(indices.data.length * width);
  indices.data.forEach((row, i) => {
    data.set(table.data.subarray(row * width, (row + 1) * width), i * width);
  });
  return { data, shape: [...indices.shape, ...table.shape.slice(1)] };
}

export function scatterAdd(indices: Value, values: Value, rows: number): Value {
  const tail = values.shape.slice(indices.shape.length);
  const width = count(tail);
  const data = new Float64Array(rows * width);
  values.data.forEach((value, i) => {
    data[indices.data[Math.floor(i / width)]! * width + (i % width)]! += value;
  });
  return { data, shape: [rows, ...tail] };
}
