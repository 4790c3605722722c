import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { CallHooks } from '../../contract/calls.ts';
import type { FileOffer } from '../../contract/files.ts';
import type { ScoredTexts, scoredRowsInput, scoreTextsInput } from '../../contract/scoring.ts';
import { csvLines } from '../../disk/spreadsheet.ts';
import { postInput } from '../../recipe/pairs.ts';
import { findKeptModel } from '../../store/models.ts';
import { contextOf, type House, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { scorerOf } from './scoring.ts';

/** Scores comments that stand in no store, and stores nothing of them: no texts, no rewards, no vectors. */
export async function scoreTexts(
  house: House,
  { model: name, post, comments }: z.output<typeof scoreTextsInput>,
  hooks: CallHooks,
): Promise<ScoredTexts> {
  const model = rewardModel(house, name);
  const shown = postInput(post, contextOf(house, model));
  const score = scorerOf(house, model, settingsOf(house).device, hooks, null);
  const rewards = await score(comments.map((comment) => ({ post: shown, comment })));
  const { temperature } = findKeptModel(house.store, model.id);
  return { model: model.name, rewards: [...rewards], temperature: temperature ?? 1 };
}

/** Ranked comments as a table that a spreadsheet opens. */
export function offerScored(house: House, { rows }: z.output<typeof scoredRowsInput>): Promise<FileOffer> {
  const cells = rows.map(({ post, place, reward, comment }) => [post, place, reward, comment]);
  // Without the mark at the beginning, Excel takes UTF-8 for something else.
  const table = `\uFEFF${csvLines([['post', 'place', 'reward', 'comment'], ...cells])}`;
  return house.files.offer('scored-comments.csv', (path) => writeFile(path, table));
}
