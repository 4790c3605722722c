import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen } from '@testing-library/dom';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { find, openPage, says, waitFor } from '../../support/mounted.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { redditThread, startThreads, type ThreadServer } from '../../support/thread-server.ts';

let server: ThreadServer;
beforeEach(async () => {
  server = await startThreads();
  process.env.TIEBREAK_THREADS = server.address;
});
afterEach(async () => {
  delete process.env.TIEBREAK_THREADS;
  await server.close();
});

const page = 'https://www.reddit.com/r/kites/comments/1abc/which_kite/';
const asked = 'www.reddit.com/r/kites/comments/1abc/.json?limit=500';

/** Opens what is folded away. */
const unfold = async (user: { click: (element: Element) => Promise<void> }, name: string): Promise<void> => {
  await user.click(await screen.findByText(name, { selector: 'summary' }));
};

test('an address is shown with what will be asked, fetched only after a yes, and looked at before anything is stored', async () => {
  server.replies.set(asked, redditThread);
  const { user, press, fill, api } = await openPage('/data');
  await unfold(user, 'From an address');
  await fill(await find('textbox', 'Address'), page);
  await press('Show what will be asked');
  await find('rowheader', `https://${asked}`);
  await says('no cookies, no sign-in, nothing of what you have here');
  await says('User-Agent: tiebreak');
  expect(server.asked).toEqual([]);
  await press('Fetch from www.reddit.com');
  await waitFor(() => expect(server.asked).toEqual([asked]));
  // The preview stands there under the address.
  await says('https://www.reddit.com/r/kites/comments/1abc/');
  expect((await api.data.imports()).imports).toEqual([]);
});

test('a no asks nothing, and what goes wrong is said', async () => {
  const { user, press, fill } = await openPage('/data');
  await unfold(user, 'From an address');
  const field = await find('textbox', 'Address');
  await fill(field, page);
  await press('Show what will be asked');
  await press("Don't fetch");
  expect(screen.queryByRole('button', { name: /^Fetch/ })).toBeNull();
  expect(server.asked).toEqual([]);
  await fill(field, 'https://example.org/');
  await press('Show what will be asked');
  expect((await find('alert', '')).textContent).toMatch(/no thread that can be fetched/);
  await fill(field, page);
  await press('Show what will be asked');
  await press('Fetch from www.reddit.com');
  await says('www.reddit.com has nothing at this address (404)');
});

test('a folder to watch is chosen in the dialog of the system, and let go', async () => {
  const folder = join(temporaryFolder(), 'nightly');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.jsonl'), '');
  const { user, press, api } = await openPage('/data', {
    choose: (purpose) => (purpose === 'watched-folder' ? [folder] : []),
  });
  await unfold(user, 'Watched folder');
  await press('Choose a folder to watch');
  await says(folder);
  expect(await api.data.watched()).toMatchObject({ folder });
  await press('Stop watching');
  await find('button', 'Choose a folder to watch');
  expect(await api.data.watched()).toMatchObject({ folder: null });
});
