import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Noun, nouns } from '../../src-main/contract/reading.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { postsWithComments } from '../../src-main/store/posts.ts';
import { type ImportReport, importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryStore } from '../support/temporary.ts';

/** What sites give, in their true shapes, through the real import: what each file means, what stays out and why, and that nothing comes twice. */
const own = join(import.meta.dirname, '../fixtures/files/own');

type Expected = {
  /** Files that come into one store, one after the other. */
  readonly files: readonly string[];
  readonly replies?: 'under';
  /** Each post by its text: its comments with their votes, in the order they stand there; '!' behind the accepted one. */
  readonly posts: Readonly<Record<string, readonly string[]>>;
  readonly read: Partial<Record<Noun, number>>;
  /** What was left out, by noun and kind. */
  readonly left?: Readonly<Record<string, number>>;
};

const counted = (reports: readonly ImportReport[], of: 'read' | 'imported'): Partial<Record<Noun, number>> =>
  Object.fromEntries(
    nouns
      .map((noun) => [noun, reports.reduce((sum, report) => sum + report[of][noun], 0)] as const)
      .filter(([, count]) => count > 0),
  );

function leftIn(reports: readonly ImportReport[]): Record<string, number> {
  const left: Record<string, number> = {};
  for (const { reported } of reports)
    for (const one of reported)
      if (one.left) left[`${one.of} ${one.kind}`] = (left[`${one.of} ${one.kind}`] ?? 0) + one.count;
  return left;
}

const postsIn = (store: WritingStore): Record<string, string[]> =>
  Object.fromEntries(
    [...postsWithComments(store)].map(({ text, comments }) => [
      text,
      comments.map((one) => `${one.text} ${one.votes ?? '-'}${one.accepted ? '!' : ''}`),
    ]),
  );

/** What votes say is better than what. */
const pairsIn = (store: WritingStore): string[] =>
  [...postsWithComments(store)].flatMap((post) => {
    const { pairs, comments } = pairsOfPost(post, [], 'votes');
    return pairs.map(({ first, second }) => `${comments[first]!.text} > ${comments[second]!.text}`);
  });

/** The same from the table: of each two comments of a post that have votes, the one with more. */
const pairsOf = (posts: Expected['posts']): string[] =>
  Object.values(posts).flatMap((comments) => {
    const voted = comments.flatMap((one) => {
      const [, text, votes] = /^(.*) (-?\d+)!?$/s.exec(one) ?? [];
      return text === undefined ? [] : [{ text, votes: Number(votes) }];
    });
    return voted.flatMap((a) => voted.filter((b) => a.votes > b.votes).map((b) => `${a.text} > ${b.text}`));
  });

const bread = ['In a cloth bag. 30', 'In the fridge. -4'];
const loaf = ['Nice crust. 5', 'Too dark. 1'];
const clock = { 'I sleep too well.': ["A church clock.\n\nIt's free. -", 'Two clocks. -'] };
const dough = { 'It sticks to my hands.': ['Too much water. 9', 'Use a < b flour. 3!', 'Buy bread. -1'] };
const answers = {
  'Two of them.': ['Use +. 13', 'Loop over both. 4'],
  "I have a list.\n\nIt's long.": ['Call sort. 12', 'By hand. 1'],
};
const topic = ['In a cloth bag & a box. 12', 'In the fridge. 0', 'Freeze it. 6!'];
const tent = { 'Bread at 2000 m & more.': ['The wind though! 120', 'I tried it.\nIt burned. 3', 'First <3 -'] };
const soup = ['Salt & time. 50', "It's dry.\nVery. 4", 'Nice hat. 11'];
const boots = { 'Mine leak & *squeak*.': ['Leather ones. 14', 'Two pairs of socks. 2'] };
const tea = 'Tea or coffee\nfor the #night?';

const cases: Readonly<Record<string, Expected>> = {
  'Reddit, a thread of its API': {
    files: ['reddit-thread.json'],
    posts: { 'It blows & blows here.': ['A small delta & a long tail. 41', 'None, stay in. 2'] },
    read: { row: 2, comment: 6, reply: 4, vote: 7 },
    left: {
      'comment behind-a-link': 3,
      'comment deleted': 1,
      'reply reply-left': 4,
      'vote with-reply': 4,
      'vote with-comment': 1,
    },
  },
  'Reddit, a thread with replies': {
    files: ['reddit-thread.json'],
    replies: 'under',
    posts: {
      'It blows & blows here.': ['A small delta & a long tail. 41', 'None, stay in. 2'],
      'A small delta & a long tail.': ['With a strong line. 5', 'Tails tangle. 2'],
    },
    read: { row: 2, comment: 6, reply: 4, vote: 7 },
    left: {
      'comment behind-a-link': 3,
      'comment deleted': 1,
      'reply reply-of-none': 1,
      'reply lone': 1,
      'vote with-reply': 1,
      'vote with-comment': 2,
    },
  },
  'Reddit, submissions and comments mixed': {
    files: ['reddit-mixed.jsonl'],
    posts: { 'It goes hard.': bread, 'A link to a loaf': loaf },
    read: { row: 9, comment: 5, reply: 2, vote: 7 },
    left: {
      'comment deleted': 1,
      'reply reply-left': 2,
      'vote with-reply': 2,
      'vote with-comment': 1,
      'row with-parts': 3,
    },
  },
  'Reddit, comments first and submissions second': {
    files: ['reddit-apart-comments.jsonl', 'reddit-apart-submissions.jsonl'],
    posts: { 'It goes hard.': bread, 'A link to a loaf': loaf },
    read: { row: 9, comment: 5, reply: 2, vote: 7 },
    left: {
      'comment deleted': 1,
      'reply reply-left': 2,
      'vote with-reply': 2,
      'vote with-comment': 1,
      'row with-parts': 3,
    },
  },
  'Reddit, submissions first and comments second': {
    files: ['reddit-apart-submissions.jsonl', 'reddit-apart-comments.jsonl'],
    posts: { 'It goes hard.': bread, 'A link to a loaf': loaf },
    read: { row: 9, comment: 5, reply: 2, vote: 7 },
    left: {
      'comment deleted': 1,
      'reply reply-left': 2,
      'vote with-reply': 2,
      'vote with-comment': 1,
      'row with-parts': 3,
    },
  },
  'Reddit, hidden scores': {
    files: ['reddit-hidden.jsonl'],
    posts: { 'It goes hard.': ['In a cloth bag. -', 'In the fridge. -', 'On the board. 6', 'In a tin. 2'] },
    read: { row: 5, comment: 4, vote: 4 },
    left: { 'vote votes-hidden': 2 },
  },
  'Hacker News, its own items': {
    files: ['hacker-news-firebase.jsonl'],
    posts: clock,
    read: { row: 8, comment: 3, reply: 3 },
    left: { 'comment deleted': 1, 'reply reply-left': 3, 'row poll-option': 1, 'row with-parts': 4 },
  },
  'Hacker News, its own items with replies': {
    files: ['hacker-news-firebase.jsonl'],
    replies: 'under',
    posts: clock,
    read: { row: 8, comment: 3, reply: 3 },
    left: {
      'comment deleted': 1,
      'reply reply-of-none': 2,
      'reply lone': 1,
      'row poll-option': 1,
      'row with-parts': 3,
    },
  },
  'Hacker News, a thread of Algolia': {
    files: ['hacker-news-algolia.json'],
    posts: { 'A clock of wood': ['It will rot. -', 'Lovely. -'] },
    read: { row: 1, comment: 3, reply: 1 },
    left: { 'comment empty': 1, 'reply reply-left': 1 },
  },
  'Hacker News, what a search found': {
    files: ['hacker-news-hits.json'],
    posts: { 'Does tin ring?': ['It clanks. -', 'It sings. -'] },
    read: { row: 4, comment: 2, reply: 1 },
    left: { 'reply reply-left': 1, 'row with-parts': 1 },
  },
  'Hacker News, a table': {
    files: ['hacker-news-table.csv'],
    posts: { 'Show HN: A lamp': ['It flickers, a lot. -', "It's bright. -"] },
    read: { row: 5, comment: 3, reply: 1 },
    left: { 'comment deleted': 1, 'reply reply-left': 1, 'row with-parts': 2 },
  },
  'Stack Exchange, Posts.xml': {
    files: ['stack-exchange-posts.xml'],
    posts: dough,
    read: { row: 5, comment: 3, vote: 3 },
    left: { 'row other-post': 1 },
  },
  'Stack Exchange, questions and answers as tables': {
    files: ['stack-exchange-questions.csv', 'stack-exchange-answers.csv'],
    posts: answers,
    read: { row: 6, comment: 4, vote: 4 },
  },
  'Stack Exchange, answers before questions': {
    files: ['stack-exchange-answers.csv', 'stack-exchange-questions.csv'],
    posts: answers,
    read: { row: 6, comment: 4, vote: 4 },
  },
  'Stack Exchange, its API': {
    files: ['stack-exchange-api.json'],
    posts: { 'It runs.': ['Boil it down. 9', 'Add a potato. 3!', 'Eat it. -2'] },
    read: { row: 1, comment: 3, reply: 2, vote: 3 },
    left: { 'reply under-a-post': 2 },
  },
  'Discourse, a topic': {
    files: ['discourse-topic.json'],
    posts: { 'It goes hard.': topic },
    read: { row: 1, comment: 7, reply: 2, vote: 6 },
    left: {
      'comment not-in-file': 2,
      'comment site-notice': 1,
      'comment deleted': 1,
      'reply reply-left': 2,
      'vote with-reply': 2,
      'vote with-comment': 1,
    },
  },
  'Discourse, a topic and its further posts': {
    files: ['discourse-topic.json', 'discourse-further.json'],
    posts: { 'It goes hard.': [...topic, 'Eat it fresh. 2'] },
    read: { row: 2, comment: 8, reply: 3, vote: 8 },
    left: {
      'comment not-in-file': 2,
      'comment site-notice': 1,
      'comment deleted': 1,
      'reply reply-left': 3,
      'vote with-reply': 3,
      'vote with-comment': 1,
    },
  },
  'YouTube, info.json of yt-dlp': {
    files: ['youtube-info.json'],
    posts: tent,
    read: { row: 1, comment: 3, reply: 3, vote: 5 },
    left: { 'reply reply-left': 3, 'vote with-reply': 3 },
  },
  'YouTube, info.json with replies': {
    files: ['youtube-info.json'],
    replies: 'under',
    posts: { ...tent, 'I tried it.\nIt burned.': ['Me too, cold hands. 7', 'Less flame. 1'] },
    read: { row: 1, comment: 3, reply: 3, vote: 5 },
    left: { 'reply lone': 1, 'vote with-comment': 1 },
  },
  'YouTube, threads of its API and the video': {
    files: ['youtube-threads.json', 'youtube-videos.json'],
    posts: { 'Thick soup.': soup },
    read: { row: 4, comment: 3, reply: 4, vote: 5 },
    left: { 'reply reply-left': 2, 'vote with-reply': 2, 'reply not-in-file': 2 },
  },
  'YouTube, threads of its API with further replies': {
    files: ['youtube-videos.json', 'youtube-threads.json', 'youtube-comments.json'],
    replies: 'under',
    posts: {
      'Thick soup.': soup,
      'Salt & time.': ['How much? 2', 'A pinch. 9', 'Two pinches. 1', 'None at all. 0'],
    },
    read: { row: 6, comment: 3, reply: 6, vote: 7 },
    left: { 'reply not-in-file': 2 },
  },
  'Disqus, an export': {
    files: ['disqus-export.xml'],
    posts: { 'Why I bake on stone & steel': ['Steel is better & lighter. -', 'Stone cracks. -'] },
    read: { row: 8, comment: 4, reply: 2 },
    left: { 'comment deleted': 2, 'reply reply-left': 2, 'row category': 1, 'row with-parts': 4 },
  },
  'Disqus, its API': {
    files: ['disqus-posts.json', 'disqus-threads.json'],
    posts: { "What's in a starter?": ['Rye & water. 8', 'Wheat. -1'] },
    read: { row: 2, comment: 3, reply: 1, vote: 4 },
    left: { 'comment deleted': 1, 'reply reply-left': 1, 'vote with-reply': 1, 'vote with-comment': 1 },
  },
  'Lemmy, a post with its comments': {
    files: ['lemmy-post.json'],
    posts: boots,
    read: { row: 1, comment: 3, reply: 2, vote: 5 },
    left: {
      'comment deleted': 1,
      'reply reply-left': 1,
      'reply reply-of-none': 1,
      'vote with-reply': 2,
      'vote with-comment': 1,
    },
  },
  'Lemmy, comments alone': {
    files: ['lemmy-comments.json'],
    replies: 'under',
    posts: boots,
    read: { row: 5, comment: 3, reply: 2, vote: 5 },
    left: {
      'comment deleted': 1,
      'reply lone': 1,
      'reply reply-of-none': 1,
      'vote with-reply': 1,
      'vote with-comment': 2,
      'row with-parts': 1,
    },
  },
  'Lemmy, the newer API': {
    files: ['lemmy-newer.jsonl'],
    posts: { 'Which gloves?': ['Wool. 4', 'Mittens. 9'] },
    read: { row: 2, comment: 2, vote: 2 },
  },
  'Mastodon, a status and its context as two records': {
    files: ['mastodon-thread.jsonl'],
    posts: { [tea]: ['Tea & honey. 12', 'Coffee. 3', 'Water. 7'] },
    read: { row: 2, comment: 3, reply: 1, vote: 4 },
    left: { 'reply reply-left': 1, 'vote with-reply': 1 },
  },
  'Mastodon, the context alone': {
    files: ['mastodon-context.json'],
    posts: { '': ['Water. 7', 'Coffee. 3', 'Tea & honey. 12'] },
    read: { row: 1, comment: 3, reply: 1, vote: 4 },
    left: { 'reply reply-left': 1, 'vote with-reply': 1 },
  },
  'Mastodon, a reply and its context in one object': {
    files: ['mastodon-object.json'],
    replies: 'under',
    posts: { 'Coffee.': ["You won't sleep. 5", 'With milk? 2'] },
    read: { row: 1, comment: 1, reply: 3, vote: 4 },
    left: { 'comment lone': 1, 'reply lone': 1, 'vote with-comment': 2 },
  },
  'Mastodon, statuses in any order': {
    files: ['mastodon-statuses.json'],
    posts: { [tea]: ['Tea & honey. 12', 'Coffee. 3'] },
    read: { row: 5, comment: 2, reply: 1, vote: 3 },
    left: { 'reply reply-left': 1, 'vote with-reply': 1, 'row boost': 1, 'row with-parts': 1 },
  },
};

describe('files of sites', () => {
  test.each(Object.entries(cases))('%s', async (_, { files, replies, posts, read, left = {} }) => {
    const store = temporaryStore();
    const options = replies === undefined ? {} : { replies };
    const reports: ImportReport[] = [];
    for (const file of files) reports.push(await importFile(store, join(own, file), options));
    expect(postsIn(store)).toEqual(posts);
    expect(pairsIn(store).sort()).toEqual(pairsOf(posts).sort());
    expect(leftIn(reports)).toEqual(left);
    expect(counted(reports, 'read')).toEqual(read);
    for (const noun of nouns) {
      const out = Object.entries(left).filter(([kind]) => kind.startsWith(`${noun} `));
      const imported = (read[noun] ?? 0) - out.reduce((sum, [, count]) => sum + count, 0);
      expect({ noun, imported: counted(reports, 'imported')[noun] ?? 0 }).toEqual({ noun, imported });
    }
    expect(reports.reduce((sum, report) => sum + report.posts, 0)).toBe(Object.keys(posts).length);
    expect(reports.reduce((sum, report) => sum + report.comments, 0)).toBe(Object.values(posts).flat().length);

    const before = [...postsWithComments(store)];
    for (const file of files) {
      const again = await importFile(store, join(own, file), options).catch((error: unknown) => error);
      // Where all that is left of a file is what was there, that is said.
      if (again instanceof Error)
        expect(again).toMatchObject({ code: 'bad-input', message: expect.stringMatching(/^Nothing came in/) });
      else expect(again).toMatchObject({ posts: 0, comments: 0, labels: 0, updated: 0, filled: 0, textless: 0 });
    }
    expect([...postsWithComments(store)]).toEqual(before);
  });

  test('what is written under questions and answers is left out, and a file of nothing else says so', async () => {
    const store = temporaryStore();
    await importFile(store, join(own, 'stack-exchange-posts.xml'));
    const path = join(own, 'stack-exchange-comments.xml');
    await expect(importFile(store, path)).rejects.toThrow(/under a question or an answer/);
    expect(postsIn(store)).toEqual(dough);
  });

  test('who wrote what, when and where is kept, and titles as they are meant', async () => {
    const store = temporaryStore();
    for (const file of ['stack-exchange-api.json', 'lemmy-post.json', 'discourse-topic.json'])
      await importFile(store, join(own, file));
    const [soupPost, bootsPost, breadPost] = [...postsWithComments(store)];
    expect(soupPost).toMatchObject({
      key: 'se_500',
      title: 'Why is "my" soup <b>thin</b>? It\'s odd',
      author: 'Lin',
      createdAt: '2020-09-13T12:26:40.000Z',
      link: 'https://cooking.stackexchange.com/questions/500/why',
    });
    expect(soupPost!.comments[0]).toMatchObject({ author: 'Owner é 501', createdAt: '2020-09-13T12:43:20.000Z' });
    expect(bootsPost).toMatchObject({ key: 'lm_900', author: 'p5', createdAt: '2023-07-01T10:11:12.131Z' });
    expect(bootsPost!.comments[0]).toMatchObject({ author: 'p901', link: 'https://lemmy.invalid/comment/901' });
    expect(breadPost).toMatchObject({ key: 'dc_55', title: 'How do I store bread & cake?', author: 'user1' });
  });
});
