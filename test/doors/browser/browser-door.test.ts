import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../../src-main/app.ts';
import type { TakenFile } from '../../../src-main/contract/files.ts';
import { type Pages, pagesIn } from '../../../src-main/doors/shared/assets.ts';
import { createSite } from '../../../src-main/doors/shared/site.ts';
import {
  ask,
  connect,
  openTestDoor,
  page,
  refusalOf,
  script,
  type TestDoor,
  writePages,
} from '../../support/open-door.ts';
import { scratchFolder } from '../../support/run-cli.ts';

let it: TestDoor;
let port: number;

beforeAll(async () => {
  it = await openTestDoor();
  port = it.door.port;
});
afterAll(() => it.close());

const own = (more: Record<string, string> = {}): Record<string, string> => ({
  host: `127.0.0.1:${port}`,
  origin: it.origin,
  cookie: it.cookie,
  ...more,
});
const transfers = (): readonly string[] => {
  try {
    return readdirSync(join(it.home, 'transfers'));
  } catch {
    return [];
  }
};

test('the address lets in once with its key, and the cookie from then on', async () => {
  const entered = await ask(port, new URL(it.door.address).pathname + new URL(it.door.address).search);
  expect(entered.status).toBe(303);
  expect(entered.headers.location).toBe('/');
  const [name, ...flags] = entered.headers['set-cookie']![0]!.split(/; ?/);
  expect(name).toMatch(new RegExp(`^tiebreak-${port}=[\\w-]{43}$`));
  expect(flags.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
  // The cookie's secret is not the key, which has stood in a history and on a command line.
  expect(it.door.address).toMatch(/\?key=[\w-]{43}$/);
  expect(name).not.toContain(new URL(it.door.address).searchParams.get('key'));
  expect(await ask(port, '/', { headers: { cookie: name! } })).toMatchObject({ status: 200, text: page });
});

test('without the key or the cookie nothing is given, not even whether there is something', async () => {
  const almost = it.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const cookies = ['', almost, it.cookie.slice(0, -1), `${it.cookie}A`, `x${it.cookie}`, it.cookie.replace('=', '')];
  for (const cookie of cookies) {
    for (const path of ['/', '/assets/index-a1b2c3.js', '/files/aaaaaaaaaaaaaaaaaaaaaaaa', '/nowhere']) {
      const answer = await ask(port, path, { headers: { cookie } });
      expect(answer.status, `${cookie} ${path}`).toBe(403);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.text).toMatch(/address that Tiebreak printed/);
    }
    expect(await refusalOf(port, '/rpc', own({ cookie }))).toBe(403);
  }
  for (const key of ['', 'x', `${new URL(it.door.address).searchParams.get('key')}A`]) {
    expect((await ask(port, `/?key=${key}`)).status).toBe(403);
  }
  const key = new URL(it.door.address).search;
  expect((await ask(port, `/assets/index-a1b2c3.js${key}`)).status).toBe(403);
  expect((await ask(port, `/${key}`, { method: 'POST', headers: { origin: it.origin } })).status).toBe(403);
});

test('another name, another origin and other sites are refused, cookie or not', async () => {
  const foreign: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: `evil.example:${port}` },
    { host: '127.0.0.1' },
    { host: `127.0.0.1:${port}.evil.example` },
    { host: `[::1]:${port}` },
    { origin: 'http://evil.example' },
    { origin: `http://127.0.0.1:${port + 1}` },
    { origin: `https://127.0.0.1:${port}` },
    { origin: `http://localhost:${port}` },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) {
    const named = JSON.stringify(headers);
    expect((await ask(port, '/', { headers: own(headers) })).status, named).toBe(403);
    expect((await ask(port, `/${new URL(it.door.address).search}`, { headers: own(headers) })).status, named).toBe(403);
    expect((await ask(port, '/files?name=a', { method: 'POST', headers: own(headers), body: 'a' })).status).toBe(403);
    expect(await refusalOf(port, '/rpc', own(headers)), named).toBe(403);
  }
  // Where a page is fetched as such, only Host tells of another name.
  const { cookie } = own();
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.example`]) {
    expect((await ask(port, '/', { headers: { host, cookie: cookie! } })).status, host).toBe(403);
  }
  // A request that does something must say where it comes from.
  const { origin: _, ...silent } = own();
  expect((await ask(port, '/files?name=a', { method: 'POST', headers: silent, body: 'a' })).status).toBe(403);
  expect(await refusalOf(port, '/rpc', silent)).toBe(403);
  expect(transfers()).toEqual([]);
  const local = own({ host: `localhost:${port}`, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' });
  expect((await ask(port, '/', { headers: local })).status).toBe(200);
  expect(await refusalOf(port, '/rpc', local)).toBe(null);
});

test('it listens on the loopback address alone', async () => {
  // All of 127/8 is this machine; a server on every address would answer on the second one as well.
  const reached = await new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.2', port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  });
  expect(reached).toBe(false);
});

test('only the listed files are there, whatever the address looks like', async () => {
  const paths = [
    '/index.html',
    '/secret.txt',
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets/',
    '/assets',
    '//evil.example/',
    'http://evil.example/',
    '/files/../../../home/tiebreak.sqlite',
    '/files/aaaaaaaaaaaaaaaaaaaaaaaa',
    '/rpc',
    '/__proto__',
  ];
  for (const path of paths) {
    const answer = await ask(port, path, { headers: own() });
    expect(answer.status, path).toBe(404);
    expect(answer.text).not.toContain('secret');
  }
  for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'POST']) {
    expect((await ask(port, '/', { method, headers: own() })).status, method).toBe(404);
  }
  expect(await refusalOf(port, '/', own())).toBe(403);
  expect(await refusalOf(port, '/rpc?x', own())).toBe(403);
});

test('every answer carries the policy, and only files that never change are kept', async () => {
  const policy = /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'/;
  const answers = [
    await ask(port, '/', { headers: own() }),
    await ask(port, '/assets/index-a1b2c3.js', { headers: own() }),
    await ask(port, '/nowhere', { headers: own() }),
    await ask(port, '/'),
    await ask(port, '/', { headers: { host: 'evil.example' } }),
    await ask(port, new URL(it.door.address).search.replace('?', '/?')),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 403, 403, 303]);
  for (const { headers } of answers) {
    expect(headers['content-security-policy']).toMatch(policy);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http:|https:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  }
  expect(answers[1]).toMatchObject({ text: script, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  expect(answers.map(({ headers }) => headers['cache-control'])).toEqual([
    'no-store',
    'public, max-age=31536000, immutable',
    ...Array(4).fill('no-store'),
  ]);
});

test('a file goes in and out unchanged, whatever it is called', async () => {
  const content = randomBytes(20 << 20);
  const name = 'Ærlig \'talt\' "ja" 100% 結果;.jsonl';
  const url = `${it.origin}/files?name=${encodeURIComponent(name)}`;
  const sent = await fetch(url, { method: 'POST', body: content, headers: { cookie: it.cookie, origin: it.origin } });
  expect(sent.status).toBe(200);
  const taken = (await sent.json()) as TakenFile;
  expect(taken).toEqual({
    handle: expect.stringMatching(/^[\w-]{24}$/),
    name: name.replaceAll('"', '_'),
    bytes: 20 << 20,
  });
  expect(readFileSync(it.app.files.find(taken.handle).path).equals(content)).toBe(true);

  const got = await fetch(`${it.origin}/files/${taken.handle}`, { headers: { cookie: it.cookie } });
  expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
  expect(got.headers.get('content-type')).toBe('application/octet-stream');
  const disposition = got.headers.get('content-disposition')!;
  expect(disposition).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.%~-]+$/);
  expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(taken.name);
});

test('a name is never a path, and an empty file is a file', async () => {
  const url = `${it.origin}/files?name=${encodeURIComponent('../../../etc/passwd')}`;
  const sent = await fetch(url, { method: 'POST', headers: { cookie: it.cookie, origin: it.origin } });
  const taken = (await sent.json()) as TakenFile;
  expect(taken).toMatchObject({ name: 'passwd', bytes: 0 });
  expect(transfers()).toContain(taken.handle);
});

test('an upload that is broken off leaves nothing behind', async () => {
  const before = transfers();
  const socket = connectTcp({ host: '127.0.0.1', port });
  const lines = Object.entries(own({ 'content-length': '1000000' })).map(([name, value]) => `${name}: ${value}`);
  socket.write(`POST /files?name=half HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\nhalf of it`);
  await expect.poll(() => transfers().length).toBe(before.length + 1);
  socket.destroy();
  await expect.poll(() => transfers()).toEqual(before);
});

test('a file that is not there is a plain sentence', async () => {
  const answer = await ask(port, `/files/${'a'.repeat(24)}`, { headers: own() });
  expect(answer).toMatchObject({ status: 404, text: expect.stringMatching(/no longer there.*\.\n$/) });
});

test('a call is answered over the socket, and knows through which door it came', async () => {
  const { client, socket } = connect(it);
  expect(await client.app.info()).toMatchObject({ door: 'browser', home: it.home });
  expect(await client.settings.set({ goal: 7 })).toMatchObject({ goal: 7 });
  expect(await client.settings.get()).toMatchObject({ goal: 7 });
  socket.close();
});

test('what goes wrong comes as a code and a sentence', async () => {
  const { client, socket } = connect(it);
  await expect(client.tasks.cancel({ task: 999 })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/^There is no task 999/),
  });
  await expect(client.settings.set({ goal: -1 })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/^goal is (below|not above) \d+\. Nothing was changed\.$/),
  });
  await expect(client.files.choose({ purpose: 'comments' })).rejects.toMatchObject({ code: 'bad-input' });
  socket.close();
});

test('a stream tells of every change, and ends on both sides when it is cancelled or the page is gone', async () => {
  const watch = vi.spyOn(it.app.tasks, 'watch');
  const { client, socket } = connect(it);
  const stopping = new AbortController();
  const tasks = await client.tasks.watch(undefined, { signal: stopping.signal });
  expect((await tasks.next()).value).toEqual([]);
  const { task } = await client.app.devices();
  const states: string[] = [];
  while (states.at(-1) !== 'failed' && states.at(-1) !== 'done') {
    const { value } = await tasks.next();
    states.push(value!.find(({ id }) => id === task)!.state);
  }
  expect(states[0]).toBe('running');
  stopping.abort();
  await expect(tasks.next()).rejects.toThrow();
  await expect.poll(() => watch.mock.calls[0]![0]!.aborted).toBe(true);

  await client.tasks.watch();
  await expect.poll(() => watch).toHaveBeenCalledTimes(2);
  expect(watch.mock.calls[1]![0]!.aborted).toBe(false);
  socket.terminate();
  await expect.poll(() => watch.mock.calls[1]![0]!.aborted).toBe(true);
  watch.mockRestore();
});

test('two pages have connections of their own, and a broken one harms nobody', async () => {
  const [one, two] = [connect(it), connect(it)];
  await Promise.all([one.client.app.info(), two.client.app.info()]);
  const closed = new Promise<number>((resolve) => one.socket.on('close', resolve));
  one.socket.send('x'.repeat((4 << 20) + 1));
  // 1009: too big.
  expect(await closed).toBe(1009);
  two.socket.send('not a message of ours');
  two.socket.send(randomBytes(1000));
  expect(await two.client.app.info()).toMatchObject({ door: 'browser' });
  two.socket.close();
});

test('another process that opens and closes the data leaves the files on their way alone', async () => {
  const offer = await it.app.files.offer('a.txt', async (path) => writeFileSync(path, 'on its way'));
  await openApp({ home: it.home }).close();
  expect(await ask(port, `/files/${offer.handle}`, { headers: own() })).toMatchObject({
    status: 200,
    text: 'on its way',
  });
});

test('pages that are built anew are there after a reload where that is asked for', async () => {
  const scratch = scratchFolder();
  const folder = writePages(scratch.folder);
  const load = async (pages: Pages): Promise<string> => {
    const site = createSite(pages, it.app.files);
    writeFileSync(join(folder, 'index.html'), 'new');
    return (await site(new Request('http://any/'))).text();
  };
  expect(await load(pagesIn(folder, false))).toBe(page);
  expect(await load(pagesIn(folder, true))).toBe('new');
  scratch.remove();
});

test('there is an end to how many pages can be open', async () => {
  const sockets: WebSocket[] = [];
  let refused = 0;
  while (refused === 0 && sockets.length < 1000) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: own() });
    refused = await new Promise((resolve) => {
      socket.on('open', () => resolve(0));
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode!));
      socket.on('error', () => {});
    });
    sockets.push(socket);
  }
  expect(refused).toBe(403);
  for (const socket of sockets) socket.terminate();
});
