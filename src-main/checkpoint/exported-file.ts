/** A file on its way out of the house. Its content is made when it is read, so that a large one is never in memory. */
export type ExportedFile = {
  /** Folders in it are divided by '/'. */
  readonly name: string;
  /** Length of the content; null where it is known only in the end. */
  readonly bytes: number | null;
  readonly content: () => AsyncIterable<Uint8Array>;
};

/** A file that is written as it stands. */
export function textFile(name: string, text: string): ExportedFile {
  const bytes = Buffer.from(text);
  return {
    name,
    bytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}

export function jsonFile(name: string, value: unknown): ExportedFile {
  return textFile(name, `${JSON.stringify(value, null, 2)}\n`);
}
