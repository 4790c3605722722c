/** Numbers that become more, in one piece of memory: 4 or 8 bytes each, where objects take a hundred. */

export type Column = {
  readonly length: number;
  at(place: number): number;
  /** Gives its place. */
  push(value: number): number;
};

type Numbers = Int32Array | Float64Array;

export function createColumn(Type: new (length: number) => Numbers): Column {
  let values = new Type(1024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    at: (place) => values[place]!,
    push(value) {
      if (length === values.length) {
        const more = new Type(2 * length);
        more.set(values);
        values = more;
      }
      values[length] = value;
      return length++;
    },
  };
}
