import type { Label, PostWithComments } from '../../contract/records.ts';

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

/** What people preferred. Ties say nothing that this format could hold. */
export function pairsByLabel(
  post: PostWithComments,
  labels: readonly Label[],
): readonly (readonly [chosen: string, rejected: string])[] {
  const text = new Map(post.comments.map((comment) => [comment.id, comment.text]));
  return labels
    .filter((label) => label.outcome !== 'tie')
    .map((label) => {
      const [chosen, rejected] =
        label.outcome === 'left' ? [label.leftId, label.rightId] : [label.rightId, label.leftId];
      return [text.get(chosen)!, text.get(rejected)!] as const;
    });
}
