/** What a GPT-2 is fed that reads once what inputs share (model/gpt2-rows.ts). */

import { maximum } from '../../common/lists.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { type BatchSize, hidden } from './feeds.ts';
import { type Block, blocksOf, type Row, rowsOf } from './rows.ts';

/** The sizes of what `rowFeeds` gives. */
export function rowSize(inputs: readonly Int32Array[]): Required<BatchSize> {
  return sizeOf(rowsOf(blocksOf(inputs)));
}

function sizeOf(rows: readonly Row[]): Required<BatchSize> {
  const inputs = rows.map(({ blocks }) => blocks.reduce((sum, { members }) => sum + members.length, 0));
  return {
    rows: rows.length,
    length: rows.reduce((most, { tokens }) => Math.max(most, tokens), 1),
    tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
    inputs: inputs.reduce((a, b) => a + b, 0),
    ends: maximum(inputs, 1),
  };
}

/**
 * The feeds of `rowRewards` for inputs of any lengths, each of one token at least; the rewards come in the inputs' order.
 * @param heads of the model
 */
export function rowFeeds(
  inputs: readonly Int32Array[],
  heads: number,
  blocks: readonly Block[] = blocksOf(inputs),
): HostTensors {
  const rows = rowsOf(blocks);
  const { rows: batch, length, tokens, ends } = sizeOf(rows);
  const ids = new Int32Array(tokens);
  const positions = new Int32Array(tokens);
  const end = new Int32Array(inputs.length);
  const mask = new Float32Array(batch * length * length).fill(hidden);
  const endMask = new Float32Array(batch * ends * length).fill(hidden);
  const tokenAt = new Int32Array(batch * length).fill(nothing);
  const endAt = new Int32Array(batch * ends).fill(nothing);
  let first = 0;
  for (const [row, { blocks, tokens: count }] of rows.entries()) {
    let at = 0;
    let ended = 0;
    /** Lets a token look at what its block shares, and at the tokens from its own input's first up to here. */
    const show = (of: Float32Array, query: number, { begin, shared, own }: Readonly<Record<string, number>>): void => {
      of.fill(0, query * length + begin!, query * length + begin! + shared!);
      of.fill(0, query * length + own!, query * length + at);
    };
    for (const { members, shared } of blocks) {
      const begin = at;
      const read = (input: Int32Array, from: number, to: number): Readonly<Record<string, number>> => {
        const seen = { begin, shared: from, own: at };
        for (let i = from; i < to; i++) {
          ids[first + at] = input[i]!;
          positions[first + at] = i;
          const query = row * length + at;
          at++;
          show(mask, query, seen);
        }
        return seen;
      };
      read(inputs[members[0]!]!, 0, shared);
      for (const member of members) {
        const seen = read(inputs[member]!, shared, inputs[member]!.length);
        end[member] = first + at - 1;
        endAt[row * ends + ended] = member;
        show(endMask, row * ends + ended++, seen);
      }
    }
    for (let i = 0; i < count; i++) tokenAt[row * length + i] = first + i;
    first += count;
  }
  return {
    ids: { data: ids, shape: [tokens] },
    positions: { data: positions, shape: [tokens] },
    end: { data: end, shape: [inputs.length] },
    mask: { data: mask, shape: [batch, 1, length, length] },
    endMask: { data: endMask, shape: [batch, 1, ends, length] },
    ...placeFeeds('projected', tokenAt, { batch, heads, parts: 3, count: tokens }),
    ...placeFeeds('mixed', tokenAt, { batch, heads, parts: 1, count: tokens }),
    ...placeFeeds('keysValues', tokenAt, { batch, heads, parts: 2, count: tokens }),
    ...placeFeeds('ends', endAt, { batch, heads, parts: 1, count: inputs.length }),
  };
}

/** At a place that has no token. */
const nothing = -1;

/**
 * Where the heads of parts stand at [parts, batch, heads, length] that are at [count, parts, heads] without padding.
 * @param tokenAt the token at each place of [batch, length]
 */
function placeFeeds(
  name: string,
  tokenAt: Int32Array,
  { batch, heads, parts, count }: Readonly<Record<'batch' | 'heads' | 'parts' | 'count', number>>,
): HostTensors {
  const length = tokenAt.length / batch;
  const from = new Int32Array(parts * heads * tokenAt.length);
  const filled = new Float32Array(from.length);
  const to = new Int32Array(parts * heads * count);
  for (let part = 0; part < parts; part++) {
    for (let row = 0; row < batch; row++) {
      for (let head = 0; head < heads; head++) {
        const begin = ((part * batch + row) * heads + head) * length;
        for (let i = 0; i < length; i++) {
          const token = tokenAt[row * length + i]!;
          if (token === nothing) continue;
          const source = (token * parts + part) * heads + head;
          from[begin + i] = source;
          filled[begin + i] = 1;
          to[source] = begin + i;
        }
      }
    }
  }
  return {
    [`${name}.tokenAt`]: { data: from, shape: [from.length] },
    [`${name}.placeOf`]: { data: to, shape: [to.length] },
    [`${name}.filled`]: { data: filled, shape: [filled.length, 1] },
  };
}
