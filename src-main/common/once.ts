/** What is made when it is first asked for, and kept: a start is not to wait for what it may never need. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
