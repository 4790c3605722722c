import { expect, test } from 'vitest';
import { looksEnglish, sentimentOf } from '../../src-main/analysis/vader.ts';

/** The sentences that VADER's authors publish with their compound scores (README of vaderSentiment). */
test.each([
  ['VADER is smart, handsome, and funny.', 0.8316],
  ['VADER is smart, handsome, and funny!', 0.8439],
  ['VADER is very smart, handsome, and funny.', 0.8545],
  ['VADER is VERY SMART, handsome, and FUNNY.', 0.9227],
  ['VADER is VERY SMART, handsome, and FUNNY!!!', 0.9342],
  ['VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!', 0.9469],
  ['VADER is not smart, handsome, nor funny.', -0.7424],
  ['The book was good.', 0.4404],
  ["At least it isn't a horrible book.", 0.431],
  ['The book was only kind of good.', 0.3832],
  ['The plot was good, but the characters are uncompelling and the dialog is not great.', -0.7042],
  ['Today SUX!', -0.5461],
  ["Today only kinda sux! But I'll get by, lol", 0.5249],
  ['Make sure you :) or :D today!', 0.8633],
  ['Catch utf-8 emoji such as 💘 and 💋 and 😁', 0.7003],
  ['Not bad at all', 0.431],
  ['Sentiment analysis has never been good.', -0.3412],
  ['Sentiment analysis has never been this good!', 0.5672],
  ['Most automated sentiment analysis tools are shit.', -0.5574],
  ['With VADER, sentiment analysis is the shit!', 0.6476],
  ['Other sentiment analysis tools can be quite bad.', -0.5849],
  ['On the other hand, VADER is quite bad ass', 0.802],
  ['Roger Dodger is one of the most compelling variations on this theme.', 0.2944],
  ['Roger Dodger is at least compelling as a variation on the theme.', 0.2263],
  ['Roger Dodger is one of the least compelling variations on this theme.', -0.1695],
])('%s', (sentence, compound) => {
  expect(sentimentOf(sentence)).toBeCloseTo(compound, 3);
});

/** The port's list of words is older than that of the program today: it takes 'badass' for an insult. */
test.each([
  ['VADER is such a badass!', 0.4003, -0.2244],
  ['Not such a badass after all.', -0.2584, 0.1139],
])('where the port differs: %s', (sentence, today, here) => {
  expect(Math.abs(sentimentOf(sentence) - today)).toBeGreaterThan(0.3);
  expect(sentimentOf(sentence)).toBeCloseTo(here, 3);
});

test('without a doubt is no denial', () => {
  // 0.7013 by the program.
  expect(sentimentOf('Without a doubt, excellent idea.')).toBeGreaterThan(0.65);
});

test('texts that are no text do no harm', () => {
  for (const text of ['', ' ', 'constructor __proto__', '\u{1F469}\u200D\u{1F680}', 'a'.repeat(100_000)]) {
    expect(sentimentOf(text)).toBeGreaterThanOrEqual(-1);
  }
});

test('English is told from other languages, where the text is long enough', () => {
  expect(looksEnglish('The waiter brought us the wrong soup twice')).toBe(true);
  expect(looksEnglish('Der Kellner brachte uns zweimal falsche Suppe')).toBe(false);
  expect(looksEnglish('Great!')).toBeNull();
});
