/** A value of a file as a text. '' for what can't be one: an object of JSON may hold a `toString` of its own, which is no function. */
export function asText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
