/** A preference as it leaves: the prompt is all that a training would read of the post. */
export type WrittenPair = {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  /** How much better the chosen one is, as those who answered counted it; only where the whole file has it. */
  readonly margin?: number | undefined;
};

/** One preference as TRL reads it: these fields and no others. */
export function pairLine({ prompt, chosen, rejected, margin }: WrittenPair): string {
  return `${JSON.stringify({ prompt, chosen, rejected, margin })}\n`;
}
