import { writeFileSync } from 'node:fs';
import type { Device } from '../../src-main/contract/engine.ts';
import { openDevice } from '../../src-main/engine/device-choice.ts';
import { median } from '../../src-main/engine/probe.ts';
import { openModel } from '../../src-main/engine/score/open-model.ts';
import { readGroups } from './rows.ts';
import { clock, type Spent, spentHere } from './yardstick.ts';

export type ScoreRunRequest = {
  readonly rows: string;
  readonly texts: number;
  readonly model: string;
  readonly device: Device;
  readonly runs: number;
  /** Takes the rewards as float32. */
  readonly out: string;
};

export type ScoreFigures = Spent & {
  readonly texts: number;
  readonly seconds: number;
  /** The processor's in the same time. */
  readonly cpuSeconds: number;
  readonly commentsPerSecond: number;
};

/**
 * A process of its own: `score-run.ts REQUEST` (as JSON) scores the first comments of the rows as the app does and prints the median of
 * some runs after one that isn't counted. Times include the making of tokens.
 */
async function measureScoring({
  rows,
  texts: most,
  model: folder,
  device,
  runs,
  out,
}: ScoreRunRequest): Promise<ScoreFigures> {
  const texts = readGroups(rows)
    .flatMap((group) => group.texts)
    .slice(0, most);
  const { runtime } = await openDevice(device, 'scoring');
  const model = await openModel(runtime, folder);
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  const score = () => model.score({ type: 'score', modelFolder: folder, device, texts }, context);
  const { rewards } = await score();
  const times: ReturnType<ReturnType<typeof clock>>[] = [];
  for (let run = 0; run < runs; run++) {
    const took = clock();
    await score();
    times.push(took());
  }
  writeFileSync(out, rewards);
  const seconds = median(times.map((time) => time.seconds));
  const cpuSeconds = median(times.map((time) => time.cpuSeconds));
  return { texts: texts.length, seconds, cpuSeconds, commentsPerSecond: texts.length / seconds, ...spentHere() };
}

try {
  console.log(JSON.stringify(await measureScoring(JSON.parse(process.argv[2]!) as ScoreRunRequest)));
  process.exit(0);
} catch (error) {
  console.error((error as Error).stack);
  process.exit(1);
}
