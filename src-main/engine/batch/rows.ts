/** Inputs that begin alike are read as one block: what they share once, and behind it what each has of its own. */

/** Some of the inputs at hand. */
export type Block = {
  /** Their places among the inputs. */
  readonly members: readonly number[];
  /** Tokens of their common beginning; each member has at least one more. */
  readonly shared: number;
  /** Tokens in all: the beginning once, and what is behind it. */
  readonly tokens: number;
};

/** Blocks that stand in one sequence; none sees the others. */
export type Row = { readonly blocks: readonly Block[]; readonly tokens: number };

/** Blocks in as few rows as there may be, none longer than the longest block: the longest first, each in the first row with room. */
export function rowsOf(blocks: readonly Block[]): Row[] {
  const sorted = blocks.toSorted((a, b) => b.tokens - a.tokens);
  const rows: { blocks: Block[]; tokens: number }[] = [];
  for (const block of sorted) {
    const room = rows.find(({ tokens }) => tokens + block.tokens <= sorted[0]!.tokens);
    if (room) {
      room.blocks.push(block);
      room.tokens += block.tokens;
    } else rows.push({ blocks: [block], tokens: block.tokens });
  }
  return rows;
}

/**
 * What a token costs beside attention, as so many tokens that it looks at. By multiplications it is 6 times a model's width. Between
 * 1024 and 4096 time is the same; with less, more posts are read twice, and with more, attention takes more memory.
 */
const costBesideAttention = 2048;

const costOf = (tokens: number): number => tokens * (costBesideAttention + tokens);

type Ending = { readonly cost: number; readonly from: number; readonly shared: number; readonly tokens: number };

/**
 * Divides inputs into blocks so that reading them costs least: those with the same post stand together, unless they are so many
 * that attention in one block would cost more than reading the post again. Goes through them in the order of their tokens, in which
 * what begins alike stands together, and finds the best division of that order (dynamic programming). The same inputs always give
 * the same blocks.
 */
export function blocksOf(inputs: readonly Int32Array[]): Block[] {
  const order = inputs.map((_, i) => i).sort((a, b) => inOrder(inputs[a]!, inputs[b]!) || a - b);
  const common = order.map((at, i) => (i === 0 ? 0 : beginning(inputs[order[i - 1]!]!, inputs[at]!)));
  /** The cheapest division of the first so many inputs, by its last block. */
  const best: Ending[] = [{ cost: 0, from: 0, shared: 0, tokens: 0 }];
  for (let end = 1; end <= order.length; end++) {
    let found: Ending | null = null;
    let shared = Number.POSITIVE_INFINITY;
    let whole = 0;
    for (let from = end - 1; from >= 0 && shared > 0; from--) {
      whole += inputs[order[from]!]!.length;
      const members = end - from;
      const own = members === 1 ? 0 : shared;
      const tokens = whole - (members - 1) * own;
      const cost = best[from]!.cost + costOf(tokens);
      if (!found || cost < found.cost) found = { cost, from, shared: own, tokens };
      // A longer block costs more than this one by itself.
      if (costOf(tokens) > found.cost) break;
      shared = Math.min(shared, common[from]!);
    }
    best.push(found!);
  }
  const blocks: Block[] = [];
  for (let end = order.length; end > 0; ) {
    const { from, shared, tokens } = best[end]!;
    blocks.push({ members: order.slice(from, end), shared, tokens });
    end = from;
  }
  return blocks.reverse();
}

/** The order of words in a dictionary. */
function inOrder(a: Int32Array, b: Int32Array): number {
  const at = firstDifference(a, b);
  return at < Math.min(a.length, b.length) ? a[at]! - b[at]! : a.length - b.length;
}

/** Tokens that two inputs begin with, where each keeps at least its end token. */
const beginning = (a: Int32Array, b: Int32Array): number => Math.min(firstDifference(a, b), a.length - 1, b.length - 1);

function firstDifference(a: Int32Array, b: Int32Array): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
}
