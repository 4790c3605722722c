/**
 * The pieces of a vocabulary with their log probabilities; a piece's place is its id. A few pieces of the published
 * vocabulary, all with a colon in them, have lost their score: it counts as zero, as it does in the original.
 */
export type Pieces = readonly (readonly [piece: string, score: number | null])[];

export type UnigramTokenizer = {
  readonly pieces: Pieces;
  /** The ids of a text: none for the empty one. Takes time and memory in proportion to the text's length. */
  encode(text: string): Int32Array;
};

/** The first pieces stand for what is unknown, for control symbols, and for nothing yet: no text becomes one of them. */
const reserved = 6;
const unknown = 0;
const separator = '\u2581';

/** A node of the tree of all pieces: `id` is negative where no piece ends. */
type TrieNode = { readonly children: Map<number, TrieNode>; id: number; score: number };

/**
 * SentencePiece's unigram tokenizer (Kudo, 2018): of all ways to cut a text into pieces, the one with the highest sum of
 * scores, found by Viterbi's algorithm over a trie. The ids are those of @tensorflow-models/universal-sentence-encoder, with
 * what is peculiar to it: a score of zero counts as none; a character that begins no piece is unknown at the cost of zero; a
 * place that no piece ends at is unknown too, and what begins there starts from zero; unknowns in a row are one.
 */
export function createUnigramTokenizer(pieces: Pieces): UnigramTokenizer {
  const trie = buildTrie(pieces);
  const lengths = Int32Array.from(pieces, ([piece]) => piece.length);
  return {
    pieces,
    encode(text) {
      const symbols = codePoints(normalize(text));
      return backward(forward(trie, symbols), lengths);
    },
  };
}

/** Compatibility composition (NFKC); spaces become visible, and one is put in front. */
function normalize(text: string): string {
  const normalized = text.normalize('NFKC');
  return normalized.length > 0 ? separator + normalized.replaceAll(' ', separator) : normalized;
}

function codePoints(text: string): Int32Array {
  const symbols = new Int32Array(text.length);
  let count = 0;
  for (const symbol of text) symbols[count++] = symbol.codePointAt(0)!;
  return symbols.subarray(0, count);
}

function buildTrie(pieces: Pieces): TrieNode {
  const fresh = (): TrieNode => ({ children: new Map(), id: -1, score: 0 });
  const root = fresh();
  pieces.forEach(([piece, score], id) => {
    if (id < reserved) return;
    let node = root;
    for (const symbol of codePoints(piece)) {
      const next = node.children.get(symbol) ?? fresh();
      node.children.set(symbol, next);
      node = next;
    }
    // Of two equal pieces the later one is used.
    node.id = id;
    node.score = score ?? 0;
  });
  return root;
}

/** The id of the best piece that ends at each place, 0 being in front of the first symbol. */
function forward(trie: TrieNode, symbols: Int32Array): Int32Array {
  const ids = new Int32Array(symbols.length + 1);
  const best = new Float64Array(symbols.length + 1);
  const offer = (end: number, id: number, score: number) => {
    if (best[end] !== 0 && score < best[end]!) return;
    best[end] = score;
    ids[end] = id;
  };
  for (let begin = 0; begin < symbols.length; begin++) {
    let found = false;
    let node = trie.children.get(symbols[begin]!);
    for (let end = begin + 1; node; end++) {
      if (node.id >= 0) {
        offer(end, node.id, node.score + best[begin]!);
        found = true;
      }
      node = end < symbols.length ? node.children.get(symbols[end]!) : undefined;
    }
    if (!found) offer(begin + 1, unknown, best[begin]!);
  }
  return ids;
}

/** Follows the best pieces from the end to the beginning. */
function backward(ids: Int32Array, lengths: Int32Array): Int32Array {
  const found = new Int32Array(ids.length);
  let at = found.length;
  let previous = -1;
  for (let end = ids.length - 1; end > 0; ) {
    const id = ids[end]!;
    if (id !== unknown || previous !== unknown) found[--at] = id;
    previous = id;
    end -= id === unknown ? 1 : lengths[id]!;
  }
  return found.slice(at);
}
