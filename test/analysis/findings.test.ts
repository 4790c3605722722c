import { describe, expect, test } from 'vitest';
import { type Candidate, distanceFrom, findingsOf } from '../../src-main/analysis/findings.ts';
import { createPairsReader, winsSay } from '../../src-main/analysis/pairs.ts';
import type { PostWithComments } from '../../src-main/contract/records.ts';

const candidate = (topic: Candidate['topic'], strength: number): Candidate => ({
  topic,
  strength,
  says: `${topic} ${strength}`,
  rests: '',
  figure: '',
});
const chosen = (...all: readonly Candidate[]) => findingsOf(all).map(({ says }) => says);

describe('the three most telling', () => {
  test('strong ones come before clear ones, and among equals what matters more', () => {
    expect(
      chosen(candidate('tone', 0.9), candidate('length', 0.2), candidate('agreement', 0.3), candidate('size', 0)),
    ).toEqual(['tone 0.9', 'agreement 0.3', 'length 0.2']);
  });

  test('each tells of something else, and what merely describes comes last', () => {
    expect(chosen(candidate('agreement', 0.5), candidate('agreement', 0.9), candidate('size', 0))).toEqual([
      'agreement 0.9',
      'size 0',
    ]);
    expect(chosen()).toEqual([]);
  });

  test('an interval that holds chance says nothing; else its nearer end counts', () => {
    expect(distanceFrom([0.4, 0.7], 0.5, 1)).toBe(0);
    expect(distanceFrom([0.75, 0.9], 0.5, 1)).toBe(0.5);
    expect(distanceFrom([0.1, 0.4], 0.5, 0)).toBeCloseTo(0.2);
  });
});

/** A post whose comments have these lengths, votes and hours. */
function post(
  id: number,
  ...comments: readonly (readonly [length: number, votes: number, hour?: number])[]
): PostWithComments {
  const made = comments.map(([length, votes, hour], at) => ({
    id: 10 * id + at,
    postId: id,
    text: 'x'.repeat(length),
    rank: null,
    votes,
    author: null,
    createdAt: hour === undefined ? null : new Date(hour * 3_600_000).toISOString(),
    link: null,
  }));
  const entries = made.map((comment) => ({ commentId: comment.id, place: null, votes: comment.votes }));
  return { id, comments: made, lists: [{ entries }] } as unknown as PostWithComments;
}

function read(posts: readonly PostWithComments[]) {
  const reader = createPairsReader(1);
  for (const one of posts) reader.read(one);
  return { length: reader.length(), votes: reader.votes() };
}

describe('pairs of comments of one post', () => {
  test('how often the longer and the earlier one is better, and how many are too close to call', () => {
    const posts = Array.from({ length: 40 }, (_, at) => post(at + 1, [20, at % 4 === 0 ? 1 : 9, 1], [10, 2, 5]));
    const { length, votes } = read(posts);
    expect(length.map(({ finding }) => finding.says)).toEqual([
      'The longer of two comments of a post is the better one in 75% of the pairs, where 50% is chance.',
    ]);
    expect(length[0]?.finding.rests).toMatch(/^40 pairs of comments in 40 posts; 95% interval 6\d% to 8\d%$/);
    expect(length[0]?.figure.numbers.rows.map((row) => row.at(-1))).toEqual(['40', '0', '40', '0', '0']);
    const [close, earlier] = votes.map(({ finding }) => finding);
    expect(close?.says).toMatch(/^In 25% of the pairs the votes .* too close to call\.$/);
    expect(earlier?.says).toBe(
      'The earlier of two comments of a post is the better one in 75% of the pairs, where 50% is chance.',
    );
    for (const { figure, finding } of [...length, ...votes]) expect(finding.figure).toBe(figure.id);
  });

  test('few pairs, or many of few posts, say nothing', () => {
    const posts = (count: number, comments: number) =>
      Array.from({ length: count }, (_, at) =>
        post(at + 1, ...Array.from({ length: comments }, (__, place) => [9 + place, place] as const)),
      );
    expect(read(posts(29, 2)).length).toEqual([]);
    expect(read(posts(3, 40)).length).toEqual([]);
    expect(read(posts(30, 2)).length).toHaveLength(1);
  });

  test('votes that are averages are not said to be close, and times that are unknown not to be earlier', () => {
    const { votes } = read(Array.from({ length: 40 }, (_, at) => post(at + 1, [20, 1.5], [10, 1.2])));
    expect(votes).toEqual([]);
  });

  test('a long thread takes no longer than its drawn comments do', () => {
    const comments = Array.from({ length: 3000 }, (_, at) => [1 + (at % 900), at % 70] as const);
    const posts = Array.from({ length: 12 }, (_, at) => post(at + 1, ...comments));
    expect(read(posts).votes[0]?.finding.rests).toMatch(/^2,280 pairs of comments in 12 posts/);
  });

  test('which way, and no claim where chance may have done it', () => {
    const words = { one: 'The longer', other: 'the shorter one', equal: 'Length tells nothing' };
    expect(winsSay(0.4, [0.35, 0.45], words)).toContain('only 40% of the pairs: the shorter one is');
    expect(winsSay(0.52, [0.48, 0.56], words)).toBe('Length tells nothing: it is right on 52%, and chance on 50%');
  });
});
