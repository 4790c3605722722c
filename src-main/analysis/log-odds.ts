import { normalBelow } from '../common/normal.ts';
/** A word with how much more frequent it is in one group of texts than in another. */
export type WordOdds = {
  readonly word: string;
  /** Texts of each group that have it. */
  readonly first: number;
  readonly second: number;
  /** Above 0 where it is more frequent in the first group. */
  readonly logOdds: number;
  readonly error: number;
  readonly z: number;
};

/** How often a word stands in the texts of a group, in how many, and the sums its spread is made of. */
type WordSums = { times: number; texts: number; squares: number; products: number };

/** The words of a group of texts. */
export type WordCounts = {
  readonly words: ReadonlyMap<string, Readonly<WordSums>>;
  /** Words in all texts, and the sum of the squares of how many each text has. */
  readonly total: number;
  readonly squares: number;
  readonly add: (words: readonly string[]) => void;
};

export function countWords(): WordCounts {
  const words = new Map<string, WordSums>();
  let [total, squares] = [0, 0];
  return {
    words,
    get total() {
      return total;
    },
    get squares() {
      return squares;
    },
    add: (text) => {
      total += text.length;
      squares += text.length ** 2;
      const own = new Map<string, number>();
      for (const word of text) own.set(word, (own.get(word) ?? 0) + 1);
      for (const [word, times] of own) {
        const sums = words.get(word) ?? { times: 0, texts: 0, squares: 0, products: 0 };
        sums.times += times;
        sums.texts += 1;
        sums.squares += times ** 2;
        sums.products += times * text.length;
        words.set(word, sums);
      }
    },
  };
}

/** Weight of the prior, in words: about what one would have to see to be moved away from what is usual. */
const priorWeight = 500;

/**
 * Log-odds ratio of each word with an informative Dirichlet prior and its standard error: Monroe, Colaresi & Quinn, Fightin'
 * Words, Political Analysis 16(4), 2008, equations 16, 20 and 22. The prior is the usual frequency of each word, so that rare
 * words have to come up more often before they count. The paper takes each word as drawn on its own; who says 'fish' once
 * says it again, though, so the variance grows by how much more a word varies from text to text than that.
 * @param usual counts in a larger body of texts that has every word of both groups
 */
export function logOddsOf(
  first: WordCounts,
  second: WordCounts,
  usual: WordCounts,
  weight = priorWeight,
): readonly WordOdds[] {
  return [...usual.words].map(([word, { times }]) => {
    const prior = (weight * times) / usual.total;
    const [one, other] = [first, second].map((group) => {
      const sums = group.words.get(word);
      const posterior = (sums?.times ?? 0) + prior;
      return {
        texts: sums?.texts ?? 0,
        logOdds: Math.log(posterior / (group.total + weight - posterior)),
        variance: spreadOf(sums, group) / posterior,
      };
    }) as [Side, Side];
    const logOdds = one.logOdds - other.logOdds;
    const error = Math.sqrt(one.variance + other.variance);
    return { word, first: one.texts, second: other.texts, logOdds, error, z: logOdds / error };
  });
}

type Side = { readonly texts: number; readonly logOdds: number; readonly variance: number };

/** How many times as much a word varies between texts as it would if each were drawn on its own; 1 at least. */
function spreadOf(sums: Readonly<WordSums> | undefined, { total, squares }: WordCounts): number {
  if (!sums) return 1;
  const share = sums.times / total;
  return Math.max(1, (sums.squares - 2 * share * sums.products + share ** 2 * squares) / sums.times);
}

/**
 * The |z| from which on values stand out beyond chance, so that at most this share of them is expected to be there by chance
 * (Benjamini & Hochberg 1995); Infinity where none does.
 */
export function thresholdOf(zs: readonly number[], share = 0.05): number {
  const sizes = zs.map(Math.abs).sort((a, b) => b - a);
  for (let place = sizes.length; place > 0; place--) {
    if (2 * normalBelow(-sizes[place - 1]!) <= (share * place) / sizes.length) return sizes[place - 1]!;
  }
  return Number.POSITIVE_INFINITY;
}
