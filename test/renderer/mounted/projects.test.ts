import { expect, test } from 'vitest';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, openPage, says, screen, until, within } from '../../support/mounted.ts';

test('the bar says which project this is; a second one is made and opened by keyboard, and the title tells them apart', async () => {
  const { user, press, opened, path, choose, text } = await openPage('/settings', { posts: plainPosts(2, 2) });
  await find('link', 'Project My community');
  await user.keyboard('go');
  await screen.findByRole('heading', { level: 1, name: 'Projects' });
  expect(path()).toBe('/projects');
  expect(document.title).toBe('Projects · Tiebreak');
  await says(/My community ?Open here ?2 posts · 0 answers/);
  expect(screen.queryByRole('button', { name: /^Open / })).toBeNull();
  await press('New project');
  await user.keyboard('my COMMUNITY{Enter}');
  await says("A project is called 'my COMMUNITY' already.");
  await user.clear(await find('textbox', 'Name'));
  await user.keyboard('Ask Historians{Enter}');
  await until(() => expect(opened).toEqual([expect.stringMatching(/ask-historians$/)]));
  await until(() => expect(document.title).toBe('Projects · My community · Tiebreak'));
  await says('Ask Historians is being opened.');
  await choose('More for My community', 'Rename');
  await user.clear(await find('textbox', 'Name of the project'));
  await user.keyboard('Bakers{Enter}');
  await find('link', 'Project Bakers');
  await choose('More for Ask Historians', 'Take off the list');
  await press('Take it off the list', await find('dialog', 'Take Ask Historians off the list?'));
  await until(() => expect(text()).toContain('Ask Historians is off the list.'));
  await gone('button', 'More for Ask Historians');
  expect(document.title).toBe('Projects · Tiebreak');
});

test('a project goes out as one file and comes in as another project; what is going on is stopped only where that was agreed to', async () => {
  const chosen: string[] = [];
  const { app, press, saved, opened, go, user } = await openPage('/settings', {
    posts: plainPosts(2, 2),
    choose: () => chosen,
  });
  await press('Export this project');
  await until(() => expect(saved).toEqual([expect.objectContaining({ name: 'My community.tiebreak-project' })]));
  chosen.push(saved[0]!.path);
  await go('/projects');
  await press('Import a project file');
  const dialog = await find('dialog', 'Import as a new project');
  await user.clear(within(dialog).getByRole('textbox', { name: 'Name' }));
  await user.keyboard('Copy{Enter}');
  await says('Copy is imported: 2 posts, 0 answers, 0 models.');
  app.tasks.start('import', 'Importing letters.csv', ({ signal }) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new TiebreakError('cancelled', 'It was cancelled.')));
    return promise;
  });
  await says('Importing letters.csv');
  await press('Open Copy');
  const asking = await find('dialog', 'Stop what is going on and open Copy?');
  expect(asking.textContent).toContain('Importing letters.csv');
  await press('Stay here', asking);
  expect(opened).toEqual([]);
  await press('Open Copy');
  await press('Stop and open', await find('dialog', 'Stop what is going on and open Copy?'));
  await until(() => expect(opened).toEqual([expect.stringMatching(/copy$/)]));
});
