import type { PostWithComments } from '../../contract/records.ts';

/** One preference as TRL reads it: these three fields and no others. */
export function pairLine(prompt: string, chosen: string, rejected: string): string {
  return `${JSON.stringify({ prompt, chosen, rejected })}\n`;
}

/** Every pair of comments whose ranks differ, the better one first. */
export function pairsByRank(post: PostWithComments): readonly (readonly [chosen: string, rejected: string])[] {
  const ranked = post.comments.filter((comment) => comment.rank !== null).toSorted((a, b) => a.rank! - b.rank!);
  return ranked.flatMap((better, index) =>
    ranked
      .slice(index + 1)
      .filter((worse) => worse.rank! > better.rank!)
      .map((worse) => [better.text, worse.text] as const),
  );
}

/** What people preferred, the numbers of the better and of the worse comment. */
export function pairsByPeople(
  post: PostWithComments,
  preferred: readonly (readonly [chosen: number, rejected: number])[],
): readonly (readonly [chosen: string, rejected: string])[] {
  const texts = new Map(post.comments.map(({ id, text }) => [id, text]));
  return preferred.map(([chosen, rejected]) => [texts.get(chosen)!, texts.get(rejected)!] as const);
}
