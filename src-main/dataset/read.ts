import type { Noun, ReplyChoice, ScoreMeaning } from '../contract/reading.ts';
import type { Fact, RawFact } from './facts.ts';
import { createJudge, type Judgement } from './judge.ts';
import type { Look } from './look.ts';
import { readRecords } from './records/read.ts';
import { isRecord } from './records/record.ts';
import { createSift, shown } from './sift.ts';
import { throwIfCancelled } from './stopping.ts';

export type ReadHooks = {
  /** Told how many bytes of the file on the disk have been read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ReadHow = {
  readonly score: ScoreMeaning | null;
  readonly html: boolean;
  readonly replies: ReplyChoice;
};

/** What one record says. row: whether it is a row of the file, and no word about several. */
export type RecordFacts = { readonly row: boolean; readonly facts: readonly Fact[] };

/** What a file says, several records at a time, in constant memory. */
export type Reading = {
  readonly batches: AsyncGenerator<readonly RecordFacts[]>;
  /** What was read so far, of each noun. */
  readonly read: Record<Noun, number>;
  /** What 'score' means, as far as the file has been read. */
  readonly judgement: () => Judgement;
};

/** Reads a file as it was found to be. */
export function readFacts(look: Look, how: ReadHow, hooks: ReadHooks = {}): Reading {
  const sift = createSift({ ...how, decimal: look.decimal });
  const judge = createJudge(look.decimal);
  const { read } = sift;
  const records = look.shape.open(look);
  return { batches: batchesOf(), read, judgement: judge.judgement };

  async function* batchesOf(): AsyncGenerator<readonly RecordFacts[]> {
    for await (const { items } of readRecords(look.path, look.how, hooks)) {
      const batch: RecordFacts[] = [];
      for (const item of items) {
        if (isRecord(item)) {
          read.row += 1;
          batch.push({ row: true, facts: factsOf(item.value, item.line) });
          continue;
        }
        if (item.kind === 'left') read.row += 1;
        batch.push({ row: item.kind === 'left', facts: [item] });
      }
      yield batch;
      throwIfCancelled(hooks.signal);
    }
  }

  function factsOf(value: unknown, line: number): readonly Fact[] {
    const raws = records(look.unwritten(value));
    if (raws.length === 0) return [empty(value, line)];
    if (raws.length === 1) return factsOfOne(raws[0]!, line, value);
    return raws.flatMap((raw) => factsOfOne(raw, line, value));
  }

  function factsOfOne(raw: RawFact, line: number, record: unknown): readonly Fact[] {
    if (look.judged) judge.take(raw);
    return sift.take(raw, line, record);
  }
}

function empty(value: unknown, line: number): Fact {
  const reason = 'nothing in them that can be read';
  return { kind: 'left', line, of: 'row', why: 'empty-row', reason, text: shown(value) };
}

/** Reads all of a file to say what its scores mean. Nothing but scores is looked at. */
export async function judgeFile(look: Look, hooks: ReadHooks = {}): Promise<Judgement> {
  const judge = createJudge(look.decimal);
  const records = look.shape.open(look);
  for await (const { items } of readRecords(look.path, look.how, { ...hooks, onDamage: () => undefined })) {
    for (const item of items)
      if (isRecord(item)) for (const raw of records(look.unwritten(item.value))) judge.take(raw);
  }
  return judge.judgement();
}
