import type { ExplainResult, NamedShare, TextInput } from '../../contract/engine.ts';
import { blocksOfWeights, wordsOf } from './features.ts';
import type { Head } from './head-folder.ts';
import { featureShare, isLength } from './reward-parts.ts';
import { textFeatureNames, textFeatures } from './text-features.ts';
import { wordsByBucket } from './words.ts';

/** Things that are named, at most. */
const mostNamed = 5;

/** What in two comments themselves adds most to the difference of their rewards, the first less the second. */
export function namedShares(
  head: Head,
  texts: readonly [Pick<TextInput, 'comment'>, Pick<TextInput, 'comment'>],
): Pick<ExplainResult, 'form' | 'words'> {
  const [first, second] = [texts[0].comment, texts[1].comment];
  return { form: formShares(head, first, second), words: wordShares(head, first, second) };
}

function formShares(head: Head, first: string, second: string): readonly NamedShare[] {
  const [one, other] = [textFeatures(first), textFeatures(second)];
  const shares = textFeatureNames.map((what, i) => ({
    what,
    share: isLength[i] ? 0 : featureShare(head, i, one[i]!) - featureShare(head, i, other[i]!),
  }));
  return largest(shares);
}

/** Words that share a bucket share a weight, and are named together. */
function wordShares({ weights }: Head, first: string, second: string): readonly NamedShare[] {
  const { words: from } = blocksOfWeights(weights);
  const shares = new Map<number, number>();
  const names = new Map<number, Set<string>>();
  for (const [text, sign] of [
    [first, 1],
    [second, -1],
  ] as const) {
    const { buckets, values } = wordsOf(text);
    for (const [i, bucket] of buckets.entries()) {
      shares.set(bucket, (shares.get(bucket) ?? 0) + sign * values[i]! * weights[from + bucket]!);
    }
    for (const [bucket, words] of wordsByBucket(text)) {
      names.set(bucket, new Set([...(names.get(bucket) ?? []), ...words]));
    }
  }
  return largest([...shares].map(([bucket, share]) => ({ what: [...names.get(bucket)!].join(' / '), share })));
}

function largest(shares: readonly NamedShare[]): readonly NamedShare[] {
  return shares
    .filter(({ share }) => share !== 0)
    .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .slice(0, mostNamed);
}
