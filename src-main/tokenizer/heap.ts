/** A binary heap of numbers. */
export type Heap = {
  push(item: number): void;
  /** Takes the item that comes first, or undefined where the heap is empty. */
  pop(): number | undefined;
};

/** A heap ordered by `before`, which must not change its mind about two items while both are in the heap. */
export function createHeap(before: (a: number, b: number) => boolean): Heap {
  const items: number[] = [];

  function push(item: number): void {
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent]!;
      if (!before(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  function pop(): number | undefined {
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      const below = items[child]!;
      if (!before(below, last)) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return first;
  }

  return { push, pop };
}
