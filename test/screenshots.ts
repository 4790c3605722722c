import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath } from './support/chromium.ts';
import { type Client, connect, startApp } from './support/started-door.ts';

/**
 * npm run screenshots [-- --out DIR --size WxH]    a picture of every view, light and dark, from the bundled sample
 *
 * Imports the sample, answers twenty pairs as its data says, trains for the best, and looks at each view. Takes some minutes.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('../docs/screenshots', import.meta.url)) },
    size: { type: 'string', default: '1280x800' },
  },
});

/** As a spreadsheet of a small forum leaves Excel in Europe: semicolons, windows-1252, columns under names of its own. */
const spreadsheet = `Title;Body;Reply;Karma;Date
Flat sourdough;My sourdough comes out flat. What am I doing wrong?;Prove it overnight in the fridge, as a café near me does.;48;2024-03-02 18:40
Flat sourdough;My sourdough comes out flat. What am I doing wrong?;Your starter is too young: feed it for two weeks.;31;2024-03-02 19:05
Flat sourdough;My sourdough comes out flat. What am I doing wrong?;Just buy bread.;-6;2024-03-02 19:11
Flat sourdough;My sourdough comes out flat. What am I doing wrong?;[deleted];3;2024-03-02 20:17
Crème brûlée;How do you get the sugar even?;Tilt the dish, and burn it in two thin layers.;1.2K;2024-03-05 09:30
Crème brûlée;How do you get the sugar even?;Use caster sugar, not granulated.;87;2024-03-05 10:02
Crème brûlée;How do you get the sugar even?;A bigger torch!;12;2024-03-05 11:48
A first knife;Which knife for bread?;A long serrated one: 25 cm are enough for any loaf.;64;2024-03-09 12:12
A first knife;Which knife for bread?;The sharpest you have.;;2024-03-09 12:20
`;

const [width, height] = values.size.split('x').map(Number) as [number, number];
const executablePath = chromiumPath();
if (!executablePath) throw new Error('No Chromium was found: set CHROMIUM to its path.');
const scratch = mkdtempSync(join(tmpdir(), 'tiebreak-screenshots-'));
const home = join(scratch, 'Kitchen forum');
// The list of projects is one of its own.
process.env.TIEBREAK_CONFIG = join(scratch, 'config');
mkdirSync(values.out, { recursive: true });
const app = await startApp(home);
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
try {
  const { client, close } = await connect(app);
  const page = await (await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' })).newPage();
  await page.goto(app.address);
  await page.getByRole('heading').first().waitFor();
  await both(page, 'welcome');
  const { post, report } = await prepare(client);
  const views = {
    compare: '/',
    train: '/train/1',
    context: '/train?context=1',
    rankings: `/rankings/${post}`,
    data: '/data',
    statistics: '/data/statistics',
    report: `/reports/${report}`,
    models: '/models',
    settings: '/settings',
  };
  for (const [name, path] of Object.entries(views)) {
    await page.goto(`${new URL(app.address).origin}/#${path}`);
    await page.getByRole('heading').first().waitFor();
    await settled(client);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    const messages = page.getByRole('button', { name: 'Close message' });
    // They go by themselves as well, after some seconds.
    while ((await messages.count()) > 0)
      await messages
        .first()
        .click({ timeout: 2_000 })
        .catch(() => {});
    await both(page, name);
  }
  await page.goto(`${new URL(app.address).origin}/#/data`);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await choosing).setFiles({
    name: 'kitchen-forum.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(spreadsheet, 'latin1'),
  });
  await page.getByRole('heading', { name: 'The whole file' }).waitFor();
  await both(page, 'preview');
  close();
} finally {
  await browser.close();
  await app.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function both(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(values.out, `${name}-${colorScheme}.png`) });
  }
}

/** The sample, some answers, a model and a report on its run; gives a post and the report to look at. */
async function prepare(client: Client): Promise<{ readonly post: number; readonly report: number }> {
  await client.settings.set({ annotator: 'Robin', welcomed: true });
  await client.data.importSample();
  await settled(client);
  for (let i = 0; i < 20; i++) {
    const { post, left, right } = (await client.answers.nextPairs({ tab: 'screenshots', count: 1 })).pairs[0]!;
    const { comments } = await client.posts.get({ post: post.id });
    const rank = (id: number): number => comments.find((comment) => comment.id === id)?.rank ?? 0;
    const choice = rank(left.id) < rank(right.id) ? 'left' : 'right';
    const key = crypto.randomUUID();
    await client.answers.add({
      tab: 'screenshots',
      key,
      postId: post.id,
      leftId: left.id,
      rightId: right.id,
      choice,
      durationMs: 4000,
    });
  }
  await client.train.start({ minutes: 2 });
  await settled(client);
  await client.contextComparisons.start({});
  await settled(client);
  const { with: seeing, without } = await client.contextComparisons.get({ comparison: 1 });
  const report = await client.reports.add({ name: 'Is the post worth its words?', runs: [without!.run, seeing!.run] });
  await client.reports.change({
    report: report.id,
    text: 'With the post the model is **no better** on so few answers.',
  });
  const [post] = (await client.posts.list({ split: 'test', limit: 1 })).posts;
  return { post: post!.id, report: report.id };
}

/** Waits until no task is running. */
async function settled(client: Client): Promise<void> {
  for await (const tasks of await client.tasks.watch()) {
    const failed = tasks.find(({ state }) => state === 'failed');
    if (failed) throw new Error(`${failed.title}: ${failed.error?.message}`);
    if (tasks.every(({ state }) => state !== 'running')) return;
  }
}
