/** That texts are in a language that an encoder does not read, in words. */
import type { ForeignNotice } from '../contract/reports.ts';
import { percent } from './words.ts';

/** An encoder for a hundred languages, small enough for any machine that runs this one. */
export const multilingualEncoder = 'intfloat/multilingual-e5-small';

/** What is the matter: the same for every door. */
export function foreignInWords({ encoder, share, piecesPerWord, unknown, script }: ForeignNotice): string {
  const how =
    script !== null
      ? `they are in ${script} ${script === 'Chinese' || script === 'Japanese' || script === 'Korean' ? 'characters' : 'letters'}`
      : unknown > 0.2
        ? `it has no pieces for ${percent(unknown)} of their words`
        : `it cuts each of their words into ${piecesPerWord.toFixed(1)} pieces, and words that it knows into about 1.1`;
  return `${percent(share)} of these comments are not in a language that ${encoder} reads: ${how}. What it learns from them will be little more than their length.`;
}

/** What to do about it in the terminal. */
export function foreignAdvice({ multilingual }: ForeignNotice): string {
  const name = multilingualEncoder.split('/')[1]!;
  return multilingual === null
    ? `For other languages: models fetch ${multilingualEncoder}, and then train with --encoder ${name}.`
    : `For other languages train with --encoder ${multilingual}, which is here already.`;
}

/** The same in the app. */
export function foreignAdviceInApp({ multilingual }: ForeignNotice): string {
  return multilingual === null
    ? `For other languages fetch ${multilingualEncoder} under Models, and choose it as the text reader of a training.`
    : `For other languages choose ${multilingual} as the text reader of a training: it is here already.`;
}
