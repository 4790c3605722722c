import type { Scale } from '../contract/scale.ts';
import type { Meaning } from './joined.ts';
import { usualScale } from './scale.ts';

/** What a model's rewards mean beside answers: as it was calibrated; else they are taken at their word, and for no more than votes. */
export function meaningOf({
  temperature,
  scale,
}: {
  readonly temperature: number | null;
  readonly scale: Scale | null;
}): Meaning {
  return { temperature: temperature ?? 1, scale: scale ?? usualScale(1) };
}

/** Where nothing is known of the comments but what people said. */
export const unknownMeaning: Meaning = { temperature: 1, scale: usualScale(1) };
