import type { PostWithComments } from '../../contract/records.ts';

/** One preference as TRL reads it: these three fields and no others. */
export function pairLine(prompt: string, chosen: string, rejected: string): string {
  return `${JSON.stringify({ prompt, chosen, rejected })}\n`;
}

/** Every pair of comments whose places differ in a list, the better one first. Two that several lists have come once, unless these disagree. */
export function pairsByRank(post: PostWithComments): readonly (readonly [chosen: string, rejected: string])[] {
  const texts = new Map(post.comments.map(({ id, text }) => [id, text]));
  const pairs = new Map<string, readonly [chosen: number, rejected: number]>();
  for (const { entries } of post.lists) {
    const ranked = entries.filter(({ place }) => place !== null).toSorted((a, b) => a.place! - b.place!);
    for (const [index, better] of ranked.entries()) {
      for (const worse of ranked.slice(index + 1)) {
        if (worse.place! > better.place!)
          pairs.set(`${better.commentId} ${worse.commentId}`, [better.commentId, worse.commentId]);
      }
    }
  }
  return [...pairs.values()]
    .filter(([chosen, rejected]) => !pairs.has(`${rejected} ${chosen}`))
    .map(([chosen, rejected]) => [texts.get(chosen)!, texts.get(rejected)!] as const);
}

/** What people preferred, the numbers of the better and of the worse comment. */
export function pairsByPeople(
  post: PostWithComments,
  preferred: readonly (readonly [chosen: number, rejected: number])[],
): readonly (readonly [chosen: string, rejected: string])[] {
  const texts = new Map(post.comments.map(({ id, text }) => [id, text]));
  return preferred.map(([chosen, rejected]) => [texts.get(chosen)!, texts.get(rejected)!] as const);
}
