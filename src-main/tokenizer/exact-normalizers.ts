import type { Tokenizer } from '@huggingface/tokenizers';
import { parseCharsmap } from './charsmap.ts';

/** What stands under `normalizer` in tokenizer.json, as far as it is of interest here. */
type NormalizerJson = {
  readonly type?: unknown;
  readonly lowercase?: unknown;
  readonly precompiled_charsmap?: unknown;
  readonly normalizers?: readonly NormalizerJson[];
};

/** The library's own, which has these fields whatever its kind. */
type Normalizer = { normalize(text: string): string; readonly normalizers?: readonly (Normalizer | null)[] };

/**
 * Makes a tokenizer normalise texts as the Rust library does, with which the models were trained, in the two things in which the
 * JavaScript one differs: SentencePiece's table of characters, and the Greek sigma, which Rust makes lower case letter by letter.
 * @param json what tokenizer.json holds
 * @throws TypeError where the table of characters is none
 */
export function correctNormalizers({ normalizer }: Tokenizer, json: unknown): void {
  const described = (json as { readonly normalizer?: NormalizerJson | null }).normalizer;
  if (normalizer && described) correct(normalizer as unknown as Normalizer, described);
}

function correct(normalizer: Normalizer, json: NormalizerJson): void {
  if (json.type === 'Sequence') {
    for (const [i, part] of (json.normalizers ?? []).entries()) {
      const own = normalizer.normalizers?.[i];
      if (own) correct(own, part);
    }
  }
  if (json.type === 'Precompiled' && typeof json.precompiled_charsmap === 'string') {
    const exact = parseCharsmap(json.precompiled_charsmap);
    if (exact === null) throw new TypeError('Its table of characters is damaged');
    normalizer.normalize = exact;
  }
  if (json.type === 'Lowercase' || (json.type === 'BertNormalizer' && json.lowercase === true)) {
    const theirs = normalizer.normalize.bind(normalizer);
    normalizer.normalize = (text) => theirs(text.replaceAll('Σ', 'σ'));
  }
}

/**
 * A tokenizer.json whose texts are made lower case first, where its own normaliser doesn't do that: what sentence-transformers makes of
 * `do_lower_case`. Marks are still looked for in the text as it is.
 */
export function lowerCased(json: unknown): unknown {
  const { normalizer: own } = json as { readonly normalizer?: NormalizerJson | null };
  if (own && makesLower(own)) return json;
  const parts = own?.type === 'Sequence' ? (own.normalizers ?? []) : own ? [own] : [];
  return { ...(json as object), normalizer: { type: 'Sequence', normalizers: [{ type: 'Lowercase' }, ...parts] } };
}

const makesLower = ({ type, lowercase, normalizers = [] }: NormalizerJson): boolean =>
  type === 'Lowercase' || (type === 'BertNormalizer' && lowercase === true) || normalizers.some(makesLower);
