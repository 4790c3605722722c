import type { textFeatureNames } from './text-features.ts';

/**
 * Mean and deviation of the plain features in 1,680 English comments: captions, arguments and answers. Where few comments were
 * compared, theirs say little: two comments lie one deviation from their mean in everything.
 */
export const typical: Readonly<
  Record<(typeof textFeatureNames)[number] | 'cosine with the post', readonly [mean: number, deviation: number]>
> = {
  'log characters': [5, 1.1],
  'log words': [3.3, 1],
  'characters per word': [5.6, 0.89],
  'share of different words': [0.86, 0.14],
  'punctuation per character': [0.023, 0.02],
  'commas per word': [0.037, 0.048],
  'exclamation marks per word': [0.013, 0.059],
  'question marks per word': [0.014, 0.046],
  'has an exclamation mark': [0.11, 0.32],
  'has a question mark': [0.2, 0.4],
  'has an ellipsis': [0.077, 0.27],
  'digits per character': [0.0024, 0.012],
  'capitals per character': [0.031, 0.039],
  'words in capitals per word': [0.011, 0.046],
  'line breaks per word': [0.012, 0.032],
  'has paragraphs': [0.13, 0.33],
  'has a link': [0.02, 0.14],
  'has code': [0.0006, 0.024],
  'begins with a capital': [0.85, 0.35],
  'ends with a sentence': [0.85, 0.35],
  'quotation marks per word': [0.044, 0.07],
  'brackets per word': [0.0065, 0.021],
  'has a hyphen': [0.2, 0.4],
  'log words per sentence': [2.5, 0.6],
  'log sentences': [0.73, 0.82],
  'I per word': [0.031, 0.05],
  'you per word': [0.024, 0.046],
  'not per word': [0.018, 0.033],
  'begins with I': [0.16, 0.37],
  'begins with yes, no or and': [0.065, 0.25],
  'long words per word': [0.18, 0.11],
  'log long words': [1.7, 1.1],
  'addresses somebody': [0.043, 0.2],
  'log links': [0.019, 0.14],
  'has a dash': [0.087, 0.28],
  'has a colon': [0.12, 0.33],
  'has a semicolon': [0.039, 0.19],
  'log paragraphs': [0.19, 0.55],
  'log numbers': [0.18, 0.47],
  'log names': [0.42, 0.72],
  'log first sentence': [3.9, 0.84],
  'longest word': [9.8, 2.8],
  'function words per word': [0.25, 0.1],
  'modal verbs per word': [0.017, 0.029],
  'past forms per word': [0.031, 0.044],
  'doubt per word': [0.0076, 0.022],
  'cosine with the post': [0.43, 0.22],
};

/** Root mean square of the length of vectors, and of their products with the post's, once the mean of their post is taken off. */
export const typicalSpread = { comment: 0.64, product: 0.028 } as const;

/** How many comments the typical ones count as. */
export const typicalCount = 20;
