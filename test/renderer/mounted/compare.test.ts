import { expect, test } from 'vitest';
import { plainPosts } from '../../support/house-with-posts.ts';
import { openPage, waitFor } from '../../support/mounted.ts';

test('a pair is shown, answered by a key, and taken back', async () => {
  const { user, api, text } = await openPage('/', { posts: plainPosts(3, 3) });
  await waitFor(() => expect(text()).toContain('Left comment'));
  await user.keyboard('a');
  await waitFor(async () => expect((await api.answers.summary()).total).toBe(1));
  await user.keyboard('z');
  await waitFor(async () => expect((await api.answers.summary()).total).toBe(0));
});

test('without comments, what to do first is said', async () => {
  const { text } = await openPage('/');
  await waitFor(() => expect(text()).toContain('Import'));
});
