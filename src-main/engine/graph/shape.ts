/**
 * Shapes whose dimensions may be known only when a graph runs. A dimension is a number, or a name such as 'batch', or a
 * product of them such as '3*batch*length' with its factors in order.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** The product of dimensions, in its one canonical form: the number first, then the names in alphabetical order. */
export function product(dims: Shape): Dim {
  let factor = 1;
  const names: string[] = [];
  for (const dim of dims) {
    for (const part of String(dim).split('*')) {
      if (/^\d+$/.test(part)) factor *= Number(part);
      else names.push(part);
    }
  }
  if (names.length === 0) return factor;
  names.sort();
  return (factor === 1 ? names : [factor, ...names]).join('*');
}

/** The names that a dimension is made of: none for a number. */
export function factors(dim: Dim): { readonly number: number; readonly names: readonly string[] } {
  const parts = String(dim).split('*');
  return {
    number: parts.filter((part) => /^\d+$/.test(part)).reduce((a, b) => a * Number(b), 1),
    names: parts.filter((part) => !/^\d+$/.test(part)),
  };
}

/** The number that a dimension stands for, given what each name means in this run. */
export function resolve(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  const { number, names } = factors(dim);
  return names.reduce((total, name) => {
    const size = sizes.get(name);
    if (size === undefined) throw new Error(`No input says how large '${name}' is`);
    return total * size;
  }, number);
}

/** Shape of an elementwise operation on two tensors, after NumPy's rules. Throws where they don't fit. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`Shapes [${a}] and [${b}] don't fit together`);
    return x === 1 ? y : x;
  });
}

/** Whether two shapes are the same, dimension by dimension. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
