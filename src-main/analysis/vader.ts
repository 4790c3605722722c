import { createRequire } from 'node:module';
import { once } from '../common/once.ts';

const readings = once(() => {
  const { vader, emojiData } = packages();
  const emojiNames = new Map(Object.entries(emojiData).map(([emoji, { name }]) => [withoutVariant(emoji), name]));
  return { vader, emojiNames };
});

/** Longer texts are cut: VADER was made for posts and sentences. */
const charactersRead = 3000;

/**
 * VADER's compound score of an English text, from -1 (negative) to 1 (positive): Hutto & Gilbert, VADER: A Parsimonious
 * Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM 2014, by its authors' port. Three things that
 * the port lacks of the original are made up for: it knows 'not' and 'but' in small letters only, no emoji, and no 'without a doubt'.
 */
export function sentimentOf(text: string): number {
  const { vader, emojiNames } = readings();
  const read = text
    .slice(0, charactersRead)
    .replace(/\p{RGI_Emoji}/gv, (emoji) => {
      const name = emojiNames.get(withoutVariant(emoji));
      return name === undefined ? emoji : ` ${name} `;
    })
    // To the port 'without' denies whatever follows.
    .replace(/\bwithout (a |any )?doubt\b/gi, 'certainly')
    // The first letter of a word says nothing of its sentiment; WHOLE WORDS in capitals do, and stay.
    .replace(/(?<!\p{L})\p{Lu}(?=\p{Ll})/gu, (letter) => letter.toLowerCase());
  return vader.SentimentIntensityAnalyzer.polarity_scores(read).compound;
}

function withoutVariant(emoji: string): string {
  return emoji.replaceAll('\uFE0F', '');
}

/** A word that nearly every English text of some length has one of. */
const common = new Set(
  'the and to of a is in that it you i not for this are be on with have was but they if so my as we no what do'.split(
    ' ',
  ),
);

/** Whether a text may be English: null where it is too short to tell. */
export function looksEnglish(text: string): boolean | null {
  const words =
    text
      .slice(0, charactersRead)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  return words.length < 5 ? null : words.some((word) => common.has(word));
}

/** The packages are no ES modules, and VADER's brings no types. The build declares a `require` of its own for each file. */
function packages() {
  const require = createRequire(import.meta.url);
  return {
    vader: require('vader-sentiment') as {
      readonly SentimentIntensityAnalyzer: {
        readonly polarity_scores: (text: string) => { readonly compound: number };
      };
    },
    emojiData: require('unicode-emoji-json/data-by-emoji.json') as Readonly<Record<string, { readonly name: string }>>,
  };
}
