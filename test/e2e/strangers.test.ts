import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useStage } from '../support/page.ts';
import { answerByKey, withCaptions } from '../support/steps.ts';

const stage = useStage(withCaptions);

/** The files the app has taken in. */
const taken = (): readonly string[] => {
  const folder = join(stage.home(), 'transfers');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** A page of somebody else on the same machine, which knows the port. */
let foreign: Server;
let foreignAddress: string;
const shown: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  foreign = createServer(({ headers }, answer) => {
    shown.push(headers);
    answer
      .setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><title>Foreign</title><link rel="icon" href="data:,">`);
  });
  foreign.listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  foreignAddress = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
});
afterAll(() => {
  foreign.close();
});

test('an address without its key gets a sentence, and nothing else', async () => {
  stage.trouble().expect(/403/);
  const app = await stage.start();
  const { origin } = new URL(app.address);
  const sentence =
    'This is for the browser that Tiebreak opened: use the whole address that Tiebreak printed when it started.';
  for (const path of ['/', '/?key=', '/?key=guessed', '/files/aaaaaaaaaaaaaaaaaaaaaaaa']) {
    const page = await stage.context().newPage();
    await page.goto(origin + path);
    await page.getByText(sentence).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  }
  expect(await stage.context().cookies()).toEqual([]);
});

test('a page from elsewhere can neither call, read, send nor embed, even in the browser that was let in', async () => {
  stage.trouble().expect(/403|CORS|WebSocket|frame|ERR_FAILED|ERR_BLOCKED|failed: |elsewhere/);
  const app = await stage.start();
  const own = await stage.open(app);
  await own.getByRole('article', { name: 'Left comment' }).waitFor();
  const { origin, host } = new URL(app.address);

  // A program on another port of this machine is shown nothing, and its pages find nothing.
  const page = await stage.context().newPage();
  await page.goto(foreignAddress);
  expect(shown.map(({ cookie }) => cookie)).not.toContainEqual(expect.anything());
  expect(await stage.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => ({ ...localStorage, ...sessionStorage }))).toEqual({});
  const socket = await page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address);
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('error', () => resolve('refused'));
      }),
    `ws://${host}/rpc`,
  );
  expect(socket).toBe('refused');

  const read = await page.evaluate(
    (address) =>
      fetch(address, { credentials: 'include' }).then(
        () => 'read',
        () => 'refused',
      ),
    origin,
  );
  expect(read).toBe('refused');

  // Such a request needs no leave of the other side to be sent: it must be refused there. The app's own page may send one.
  const send = (address: string): Promise<unknown> =>
    fetch(address, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }).catch(() => {});
  await page.evaluate(send, `${origin}/files?name=foreign.jsonl`);
  expect(taken()).toEqual([]);
  await own.evaluate(send, '/files?name=own.jsonl');
  expect(taken()).toEqual([]);
  const authorization = await own.evaluate(() => `Bearer ${localStorage.getItem('tiebreak.session')}`);
  const sent = await own.evaluate(
    (authorization) =>
      fetch('/files?name=own.jsonl', { method: 'POST', headers: { authorization } }).then(({ ok }) => ok),
    authorization,
  );
  expect([sent, taken().length]).toEqual([true, 1]);

  await page.evaluate((address) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener('load', resolve));
  }, origin);
  const embedded = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await embedded?.getByText('comment').count()).toBe(0);

  // The app's own page goes on as before.
  await answerByKey(own, 'a');
});
