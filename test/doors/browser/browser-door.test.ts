import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../../src-main/app.ts';
import type { TakenFile } from '../../../src-main/contract/files.ts';
import { openBrowserDoor } from '../../../src-main/doors/browser/server.ts';
import { addressOfOpenDoor } from '../../../src-main/doors/browser/word.ts';
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
import { enter } from '../../support/started-door.ts';

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
  authorization: `Bearer ${it.secret}`,
  ...more,
});
const transfers = (): readonly string[] => {
  try {
    return readdirSync(join(it.home, 'transfers'));
  } catch {
    return [];
  }
};

const keyOf = (address: string): string => new URL(address).searchParams.get('key')!;
const session = (headers: Record<string, string>) =>
  ask(port, '/session', { method: 'POST', headers: { origin: it.origin, ...headers } });

test('the key of an address lets in once, and the secret that is given for it from then on', async () => {
  const address = it.door.newAddress();
  expect(address).toMatch(new RegExp(`^${it.origin}/\\?key=[\\w-]{43}$`));
  const entered = await session({ 'tiebreak-key': keyOf(address) });
  expect(entered).toMatchObject({ status: 200, text: expect.stringMatching(/^[\w-]{43}$/) });
  // The secret is not the key, which has stood in a history and on a command line.
  expect(entered.text).not.toBe(keyOf(address));
  expect((await session({ 'tiebreak-key': keyOf(address) })).status).toBe(403);
  const authorization = `Bearer ${entered.text}`;
  expect((await session({ authorization })).status).toBe(204);
  expect(await refusalOf(port, '/rpc', own({ authorization }))).toBe(null);
  // Where it isn't needed it is used up as well.
  const spare = keyOf(it.door.newAddress());
  expect((await session({ authorization, 'tiebreak-key': spare })).status).toBe(204);
  expect((await session({ 'tiebreak-key': spare })).status).toBe(403);
  const keys = Array.from({ length: 9 }, () => keyOf(it.door.newAddress()));
  expect((await session({ 'tiebreak-key': keys[0]! })).status).toBe(403);
  expect((await session({ 'tiebreak-key': keys[1]! })).status).toBe(200);
});

test('nothing that lets in is a cookie, which browsers send to every port', async () => {
  const [page, entered] = [
    await ask(port, new URL(it.door.newAddress()).search.replace('?', '/?')),
    await session({ 'tiebreak-key': keyOf(it.door.newAddress()) }),
  ];
  for (const { headers } of [page, entered]) expect(headers['set-cookie']).toBeUndefined();
  const { authorization: _, ...bare } = own();
  const cookie = `tiebreak=${it.secret}; tiebreak-${port}=${it.secret}; session=${it.secret}`;
  expect((await ask(port, '/files?name=a', { method: 'POST', headers: { ...bare, cookie }, body: 'a' })).status).toBe(
    403,
  );
  expect(await refusalOf(port, '/rpc', { ...bare, cookie })).toBe(403);
});

test('a file is downloaded for a ticket, once', async () => {
  const { handle } = await it.app.files.offer('a.txt', async (path) => writeFileSync(path, 'for one'));
  const { handle: other } = await it.app.files.offer('b.txt', async (path) => writeFileSync(path, 'another'));
  const ticket = await ask(port, `/files/${handle}`, { method: 'POST', headers: own() });
  expect(ticket).toMatchObject({ status: 200, text: expect.stringMatching(/^[\w-]{43}$/) });
  const { authorization: _, ...bare } = own();
  expect((await ask(port, `/files/${handle}`, { method: 'POST', headers: bare })).status).toBe(403);
  const fetched = (of: string) => ask(port, `/files/${of}?ticket=${ticket.text}`);
  expect((await fetched(other)).status).toBe(403);
  expect(await fetched(handle)).toMatchObject({ status: 200, text: 'for one' });
  expect((await fetched(handle)).status).toBe(403);
});

test('a session outlives a restart on its port, kept as a mark that lets nobody in', async () => {
  const scratch = scratchFolder();
  const pages = pagesIn(writePages(scratch.folder), false);
  const app = { ...it.app, home: join(scratch.folder, 'home') };
  mkdirSync(app.home);
  const first = await openBrowserDoor(app, pages);
  const secret = await enter(first.newAddress());
  await first.close();
  const kept = readdirSync(app.home).map((name) => readFileSync(join(app.home, name), 'utf8'));
  expect(kept.join()).not.toContain(secret);
  const headers = (port: number) => ({ origin: `http://127.0.0.1:${port}`, authorization: `Bearer ${secret}` });
  const status = async (at: number) => (await ask(at, '/session', { method: 'POST', headers: headers(at) })).status;

  // Without a port it takes the last one, so that old tabs come back.
  const second = await openBrowserDoor(app, pages);
  expect(second.port).toBe(first.port);
  expect(await status(second.port)).toBe(204);
  for (const mark of kept.join().match(/[0-9a-f]{64}/g)!) {
    const stolen = { origin: `http://127.0.0.1:${second.port}`, authorization: `Bearer ${mark}` };
    expect((await ask(second.port, '/session', { method: 'POST', headers: stolen })).status).toBe(403);
  }
  // A tab is shown that it is the same application before it shows its secret.
  const mark = createHash('sha256').update(`${second.port} ${secret}`).digest('hex');
  const proof = await ask(second.port, `/session/${mark.slice(0, 16)}?nonce=7`);
  expect(proof).toMatchObject({ status: 200, text: createHmac('sha256', mark).update('7').digest('hex') });
  expect((await ask(second.port, `/session/${'0'.repeat(16)}?nonce=7`)).status).toBe(403);

  // On another port there are other tabs.
  const third = await openBrowserDoor(app, pages);
  expect(third.port).not.toBe(second.port);
  expect(await status(third.port)).toBe(403);
  await Promise.all([second.close(), third.close()]);
  scratch.remove();
});

test('a second start is given an address of its own, by who has left word in the data folder', async () => {
  const address = await addressOfOpenDoor(it.home);
  expect(new URL(address!).origin).toBe(it.origin);
  expect(await enter(address!)).toMatch(/^[\w-]{43}$/);
  const asking = { origin: it.origin, 'tiebreak-nonce': 'a', 'tiebreak-asked': 'é'.repeat(64) };
  expect((await ask(port, '/keys', { method: 'POST', headers: { origin: it.origin } })).status).toBe(403);
  expect((await ask(port, '/keys', { method: 'POST', headers: { ...asking, 'tiebreak-asked': 'b' } })).status).toBe(
    403,
  );

  // A program that listens where a door was that ended in a crash gives an address that nobody opens.
  const scratch = scratchFolder();
  const squatter = createServer((_, answer) =>
    answer.end(JSON.stringify({ key: 'a'.repeat(43), given: 'b'.repeat(64) })),
  );
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const word = JSON.parse(readFileSync(join(it.home, 'browser-door.json'), 'utf8')) as object;
  const there = (squatter.address() as AddressInfo).port;
  writeFileSync(join(scratch.folder, 'browser-door.json'), JSON.stringify({ ...word, port: there }));
  expect(await addressOfOpenDoor(scratch.folder)).toBe(null);
  squatter.closeAllConnections();
  squatter.close();
  scratch.remove();
});

test('without the secret nothing is given but the pages, which are the same for everybody', async () => {
  const before = transfers();
  const almost = it.secret.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const secrets = ['', almost, it.secret.slice(0, -1), `${it.secret}A`, `x${it.secret}`];
  for (const secret of secrets) {
    const authorization = `Bearer ${secret}`;
    const answer = await ask(port, `/files/${'a'.repeat(24)}`, { headers: own({ authorization }) });
    expect(answer.status, secret).toBe(403);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.text).toMatch(/address that Tiebreak printed/);
    const taken = await ask(port, '/files?name=a', { method: 'POST', headers: own({ authorization }), body: 'a' });
    expect(taken.status, secret).toBe(403);
    expect((await session({ authorization })).status, secret).toBe(403);
    expect(await refusalOf(port, '/rpc', own({ authorization }))).toBe(403);
  }
  expect(transfers()).toEqual(before);
  const key = keyOf(it.door.newAddress());
  for (const wrong of ['', 'x', `${key}A`]) expect((await session({ 'tiebreak-key': wrong })).status).toBe(403);
  for (const path of ['/', '/?key=guessed', `/?key=${key}`])
    expect(await ask(port, path)).toMatchObject({ status: 200, text: page });
  // What only looks at an address uses no key up.
  expect((await session({ 'tiebreak-key': key })).status).toBe(200);
});

test('strangers that hold connections keep no page out, and no body is waited for that nobody wants', async () => {
  const hold = (text: string): Socket => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    socket.write(text);
    return socket;
  };
  const open = connect(it);
  await open.client.app.info();
  const headers = `Host: 127.0.0.1:${port}\r\nOrigin: ${it.origin}\r\n`;
  const began = performance.now();
  const held = Array.from({ length: 400 }, (_, index) =>
    hold(index % 2 ? '' : `POST /files?name=a HTTP/1.1\r\n${headers}`),
  );
  const refused = hold(`POST /files?name=a HTTP/1.1\r\n${headers}Content-Length: 1000000\r\n\r\nbegun`);
  const said = new Promise<string>((resolve) => {
    let text = '';
    refused.on('data', (part) => (text += String(part))).on('close', () => resolve(text));
  });
  const sending = setInterval(() => refused.write('and on'), 50);
  for (let turn = 0; turn < 10; turn++) expect((await ask(port, '/')).status).toBe(200);
  expect((await ask(port, '/files?name=a', { method: 'POST', headers: own(), body: 'a' })).status).toBe(200);
  expect(await open.client.app.info()).toMatchObject({ door: 'browser' });
  expect(await said).toMatch(/^HTTP\/1\.1 403 /);
  clearInterval(sending);
  // Seconds: it took 80 and more before.
  expect((performance.now() - began) / 1000).toBeLessThan(20);
  open.socket.close();
  for (const socket of held) socket.destroy();
});

test('another name, another origin and other sites are refused, secret or not', async () => {
  const before = transfers();
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
    expect((await ask(port, '/session', { method: 'POST', headers: own(headers) })).status, named).toBe(403);
    expect((await ask(port, '/files?name=a', { method: 'POST', headers: own(headers), body: 'a' })).status).toBe(403);
    expect(await refusalOf(port, '/rpc', own(headers)), named).toBe(403);
  }
  // Where a page is fetched as such, only Host tells of another name.
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.example`]) {
    expect((await ask(port, '/', { headers: { host } })).status, host).toBe(403);
  }
  // A request that does something must say where it comes from.
  const { origin: _, ...silent } = own();
  expect((await ask(port, '/files?name=a', { method: 'POST', headers: silent, body: 'a' })).status).toBe(403);
  expect(await refusalOf(port, '/rpc', silent)).toBe(403);
  expect(transfers()).toEqual(before);
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
    await ask(port, '/files/a'),
    await ask(port, '/', { headers: { host: 'evil.example' } }),
    await session({ 'tiebreak-key': keyOf(it.door.newAddress()) }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 403, 403, 200]);
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
  const sent = await fetch(url, { method: 'POST', body: content, headers: own() });
  expect(sent.status).toBe(200);
  const taken = (await sent.json()) as TakenFile;
  expect(taken).toEqual({
    handle: expect.stringMatching(/^[\w-]{24}$/),
    name: name.replaceAll('"', '_'),
    bytes: 20 << 20,
  });
  expect(readFileSync(it.app.files.find(taken.handle).path).equals(content)).toBe(true);

  const got = await fetch(`${it.origin}/files/${taken.handle}`, { headers: own() });
  expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
  expect(got.headers.get('content-type')).toBe('application/octet-stream');
  const disposition = got.headers.get('content-disposition')!;
  expect(disposition).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.%~-]+$/);
  expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(taken.name);
});

test('a name is never a path, and an empty file is a file', async () => {
  const url = `${it.origin}/files?name=${encodeURIComponent('../../../etc/passwd')}`;
  const sent = await fetch(url, { method: 'POST', headers: own() });
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
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, ['tiebreak', it.secret], { origin: it.origin });
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
