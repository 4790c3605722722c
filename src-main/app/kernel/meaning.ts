import type { Model } from '../../contract/records.ts';
import type { Meaning } from '../../labeling/joined.ts';
import { usualScale } from '../../labeling/scale.ts';
import { findKeptModel } from '../../store/models.ts';
import type { ReadingStore } from '../../store/open.ts';

/** What a model's rewards mean beside answers: as it was calibrated; else they are taken at their word, and for no more than votes. */
export function meaningOf(store: ReadingStore, model: Model): Meaning {
  const { temperature, scale } = findKeptModel(store, model.id);
  return { temperature: temperature ?? 1, scale: scale ?? usualScale(1) };
}

/** Where nothing is known of the comments but what people said. */
export const unknownMeaning: Meaning = { temperature: 1, scale: usualScale(1) };
