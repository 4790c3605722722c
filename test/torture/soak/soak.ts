import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rows } from '../../support/run-cli.ts';
import { connect, startApp, done as taskDone } from '../../support/started-door.ts';
import { openJournal, tableOf } from '../journal.ts';
import { filesBelow } from '../kills/look.ts';
import { wrongWith } from '../kills/sound.ts';
import { type Done, live } from './day.ts';
import { heldBy } from './processes.ts';

const sampleMs = 15_000;
/** The first part of the time counts as warming up: caches fill, the engine loads what it keeps. */
const warmUp = 0.25;

type Sample = { readonly minutes: number } & Readonly<Record<Figure, number>>;
const figures = [
  'app MB',
  'engine MB',
  'app handles',
  'engine handles',
  'processes',
  'log MB',
  'database MB',
  'files on their way',
  'files of the folder',
] as const;
type Figure = (typeof figures)[number];
/**
 * What may rise by so much in an hour and is still called flat. The database and its folder grow by what is kept, and files that were taken in or
 * offered stay until the app is closed: that is no leak.
 */
const flat: Partial<Record<Figure, number>> = {
  'app MB': 40,
  'engine MB': 40,
  'app handles': 3,
  'engine handles': 3,
  processes: 0.5,
  'log MB': 8,
};

type SoakOptions = { readonly minutes: number; readonly journal: string; readonly say: (text: string) => void };

/** Uses the application for a while as a person does, and says what grew. Gives the number of figures that are not flat, or what else was wrong. */
export async function soak({ minutes, journal: path, say }: SoakOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-soak-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  rmSync(path, { force: true });
  const journal = openJournal<Sample>(path);
  const app = await startApp(home);
  try {
    const first = await connect(app);
    const { handle } = await first.send('posts.jsonl', rows(0, 400));
    await taskDone(first.client, await first.client.data.import({ files: [handle] }));
    first.close();
    const done: Done = { answers: 0, undone: 0, imports: 0, trainings: 0, exports: 0, reloads: 0 };
    const begun = performance.now();
    const until = begun + minutes * 60_000;
    const living = live(app, done, until);
    let failed: unknown;
    void living.catch((error: unknown) => {
      failed = error;
    });
    while (performance.now() < until && failed === undefined) {
      await sleep(Math.min(sampleMs, until - performance.now()));
      journal.add({ minutes: (performance.now() - begun) / 60_000, ...sampleOf(app.process.pid!, home) });
    }
    await living;
    const code = await app.stop();
    const wrong = [
      ...(code === 0 ? [] : [`The app ended with ${code}: ${app.complaints()}`]),
      ...(await wrongWith(home)),
    ];
    const kept = journal.lines.filter((sample) => sample.minutes >= minutes * warmUp);
    const table = figures.map((figure) => {
      const slope = perHour(kept, figure);
      const bound = flat[figure];
      const verdict = bound === undefined ? 'what is kept' : slope <= bound ? 'flat' : 'rises';
      const of = (sample: Sample | undefined): string => (sample?.[figure] ?? 0).toFixed(1);
      return [
        figure,
        of(kept[0]),
        of(kept.at(-1)),
        Math.max(...kept.map((sample) => sample[figure])).toFixed(1),
        slope.toFixed(1),
        verdict,
      ];
    });
    say(tableOf(['figure', 'after warming up', 'at the end', 'at most', 'per hour', ''], table));
    say(
      `${minutes} minutes: ${Object.entries(done)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}.`,
    );
    for (const one of wrong) say(one);
    return table.filter((row) => row.at(-1) === 'rises').length + wrong.length;
  } finally {
    if (app.process.exitCode === null) await app.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const megabytesOf = (path: string): number => (existsSync(path) ? statSync(path).size / 2 ** 20 : 0);

function sampleOf(pid: number, home: string): Readonly<Record<Figure, number>> {
  const held = heldBy(pid);
  const sum = (name: string, of: (one: (typeof held)[number]) => number): number =>
    held.filter((one) => one.name === name).reduce((all, one) => all + of(one), 0);
  const transfers = join(home, 'transfers');
  return {
    'app MB': sum('app', ({ megabytes }) => megabytes),
    'engine MB': sum('engine', ({ megabytes }) => megabytes),
    'app handles': sum('app', ({ handles }) => handles),
    'engine handles': sum('engine', ({ handles }) => handles),
    processes: held.length,
    'log MB': megabytesOf(join(home, 'tiebreak.sqlite-wal')),
    'database MB': megabytesOf(join(home, 'tiebreak.sqlite')),
    'files on their way': existsSync(transfers) ? readdirSync(transfers).length : 0,
    'files of the folder': filesBelow(home).length,
  };
}

/** The slope of a figure, by least squares, in an hour. */
function perHour(samples: readonly Sample[], figure: Figure): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / Math.max(1, samples.length);
  const [x, y] = [mean((sample) => sample.minutes), mean((sample) => sample[figure])];
  const spread = samples.reduce((sum, sample) => sum + (sample.minutes - x) ** 2, 0);
  const together = samples.reduce((sum, sample) => sum + (sample.minutes - x) * (sample[figure] - y), 0);
  return spread === 0 ? 0 : (60 * together) / spread;
}
