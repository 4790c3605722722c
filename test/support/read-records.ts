/** Reads the file that is named, in a process of its own, and says what came of it and what it took. */
import { findFile, readRecords } from '../../src-main/dataset/records/read.ts';
import { isRecord } from '../../src-main/dataset/records/record.ts';
import { peakMemory } from './peak-memory.ts';

export type Taken = {
  readonly records: number;
  readonly whys: readonly string[];
  /** What a person is told where the file is refused; null where it is not. */
  readonly message: string | null;
  readonly code: string | null;
  readonly peakMB: number;
  readonly cpuSeconds: number;
};

let records = 0;
const whys = new Set<string>();
let message: string | null = null;
let code: string | null = null;
try {
  const path = process.argv[2]!;
  for await (const { items } of readRecords(path, await findFile(path))) {
    for (const item of items) {
      if (isRecord(item)) records += 1;
      else whys.add(item.why);
    }
  }
} catch (error) {
  message = (error as Error).message;
  code = (error as { code?: string }).code ?? (error as Error).name;
}
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const taken: Taken = {
  records,
  whys: [...whys],
  message,
  code,
  peakMB: peakMemory() / 2 ** 20,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
};
process.stdout.write(JSON.stringify(taken));
