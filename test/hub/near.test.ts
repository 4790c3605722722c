import { expect, onTestFinished, test, vi } from 'vitest';
import { hubFetch } from '../../src-main/hub/hub-fetch.ts';
import { leadsNear } from '../../src-main/hub/near.ts';
import { ask } from '../../src-main/hub/request.ts';
import type { StartedUploads } from '../../src-main/hub/started-uploads.ts';
import type { HubToken } from '../../src-main/hub/token.ts';

// An address for examples, which is nobody's.
const named = 'https://192.0.2.1';

/** What was asked of a hub whose every answer sends on to this address. */
function sendsOnTo(target: string): readonly string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(String(url));
    return url.origin === named
      ? new Response(null, { status: 302, headers: { location: target } })
      : new Response('it');
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return asked;
}
const near = [
  'https://127.0.0.1:8443/a',
  'https://127.1/a',
  'https://2130706433/a',
  'https://localhost/a',
  'https://10.1.2.3/a',
  'https://172.31.0.1/a',
  'https://192.168.1.1/admin',
  'https://169.254.169.254/latest/meta-data',
  'https://[::1]/a',
  'https://[::ffff:192.168.1.1]/a',
  'https://[fd00::1]/a',
  'https://[fe80::1]/a',
];

test.each(near)('a hub that sends on to %s is not followed', async (target) => {
  const asked = sendsOnTo(target);
  const answer = ask(`${named}/file`, 'a file', {}, new AbortController().signal);
  await expect(answer).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/its network/) });
  expect(asked).toEqual([`${named}/file`]);
});

test('elsewhere it is followed, and near by where the hub itself is there', async () => {
  const asked = sendsOnTo('https://198.51.100.7/file');
  await ask(`${named}/file`, 'a file', {}, new AbortController().signal);
  expect(asked).toEqual([`${named}/file`, 'https://198.51.100.7/file']);
  for (const own of ['http://127.0.0.1:9000', 'https://10.0.0.5', 'http://localhost:80'])
    expect(await leadsNear(new URL(own), new URL('http://192.168.1.7/a'))).toBe(false);
});

test('nothing is sent to where a hub names an address near by', async () => {
  const asked = sendsOnTo('');
  const [token, started] = [{ header: () => '' } as HubToken, { at: () => undefined } as unknown as StartedUploads];
  const hooks = { signal: new AbortController().signal, onSent: () => {}, onThere: () => {} };
  const send = hubFetch(named, token, started, hooks);
  await expect(send('https://192.168.1.1/put', { method: 'PUT' })).rejects.toThrow('not safe to send to');
  expect(asked).toEqual([]);
});
