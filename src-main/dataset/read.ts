import type { Noun, ReplyChoice, ScoreMeaning } from '../contract/reading.ts';
import { createDatesJudge, type DatesFound, decidedOrder } from './dates-judge.ts';
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
  /** How its dates of numbers are read, as far as the file has been read. */
  readonly dates: () => DatesFound;
};

/** Reads a file as it was found to be. */
export function readFacts(look: Look, how: ReadHow, hooks: ReadHooks = {}): Reading {
  const sift = createSift({ ...how, decimal: look.decimal, dates: look.dates });
  const judge = createJudge(look.decimal);
  const dates = createDatesJudge(look.earlierDates);
  const { read } = sift;
  const records = look.shape.open(look);
  return { batches: batchesOf(), read, judgement: judge.judgement, dates: dates.found };

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
    if (look.datesJudged) dates.take(raw);
    return sift.take(raw, line, record);
  }
}

function empty(value: unknown, line: number): Fact {
  const reason = 'nothing in them that can be read';
  return { kind: 'left', line, of: 'row', why: 'empty-row', reason, text: shown(value) };
}

/** The look with what only the whole file tells, where that isn't said: what its scores mean, and how its dates are written. */
export async function judgeFile(look: Look, hooks: ReadHooks = {}): Promise<Look> {
  const [judge, dates] = [createJudge(look.decimal), createDatesJudge(look.earlierDates)];
  const records = look.shape.open(look);
  for await (const { items } of readRecords(look.path, look.how, { ...hooks, onDamage: () => undefined })) {
    for (const item of items) {
      if (!isRecord(item)) continue;
      for (const raw of records(look.unwritten(item.value))) {
        if (look.judged) judge.take(raw);
        if (look.datesJudged) dates.take(raw);
      }
    }
  }
  return asJudged(look, judge.judgement(), dates.found());
}

/** The look by what the whole file tells. */
export function asJudged(look: Look, { meaning, says }: Judgement, dates: DatesFound): Look {
  return {
    ...look,
    dates: look.datesJudged ? decidedOrder(dates) : look.dates,
    found: {
      ...look.found,
      ...(look.judged ? { score: meaning, scoreSays: says } : {}),
      ...(look.datesJudged ? { dates: dates.order, datesSay: dates.says } : {}),
    },
  };
}
