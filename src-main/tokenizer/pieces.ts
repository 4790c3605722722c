import type { Pieces } from './sentencepiece.ts';

/** The pieces in a JSON text: the bare list, or a tokenizer.json of the Unigram kind. Null where it is neither. */
export function parsePieces(text: string): Pieces | null {
  try {
    const json = JSON.parse(text);
    const pieces = Array.isArray(json) ? json : json?.model?.type === 'Unigram' ? json.model.vocab : null;
    return isPieces(pieces) ? pieces : null;
  } catch {
    return null;
  }
}

/** A tokenizer.json as the tokenizers library has it. */
export function tokenizerJson(pieces: Pieces): string {
  return JSON.stringify({ version: '1.0', added_tokens: [], model: { type: 'Unigram', unk_id: 0, vocab: pieces } });
}

function isPieces(value: unknown): value is Pieces {
  return (
    Array.isArray(value) &&
    value.every(
      (row) =>
        Array.isArray(row) &&
        typeof row[0] === 'string' &&
        row[0] !== '' &&
        (typeof row[1] === 'number' || row[1] === null),
    )
  );
}
