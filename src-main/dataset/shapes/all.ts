import type { ShapeName } from '../../contract/reading.ts';
import { arena } from './arena.ts';
import { argilla } from './argilla.ts';
import { context } from './context.ts';
import { discourse } from './discourse.ts';
import { disqus } from './disqus.ts';
import { doccano } from './doccano.ts';
import { hackerNews } from './hacker-news.ts';
import { hhRlhf } from './hh-rlhf.ts';
import { kWise } from './k-wise.ts';
import { labelStudio } from './label-studio.ts';
import { labels } from './labels.ts';
import { lemmy } from './lemmy.ts';
import { mastodon } from './mastodon.ts';
import { openassistant } from './openassistant.ts';
import { pairs } from './pairs.ts';
import { pkuSaferlhf } from './pku-saferlhf.ts';
import { posts } from './posts.ts';
import { potato } from './potato.ts';
import { prodigy } from './prodigy.ts';
import { ratings } from './ratings.ts';
import { reddit } from './reddit.ts';
import { rewards } from './rewards.ts';
import type { Shape } from './shape.ts';
import { shp } from './shp.ts';
import { stackExchange } from './stack-exchange.ts';
import { ultrafeedback } from './ultrafeedback.ts';
import { webgpt } from './webgpt.ts';
import { youtube } from './youtube.ts';

/** All shapes that are read. Where two are as sure of a file, the first is taken. */
export const shapes: readonly Shape[] = [
  labels,
  reddit,
  hackerNews,
  stackExchange,
  discourse,
  youtube,
  disqus,
  lemmy,
  mastodon,
  hhRlhf,
  shp,
  pkuSaferlhf,
  ultrafeedback,
  webgpt,
  openassistant,
  ratings,
  kWise,
  arena,
  labelStudio,
  argilla,
  prodigy,
  doccano,
  potato,
  pairs,
  posts,
  context,
  rewards,
];

/** The shape of this name. */
export function shapeOf(name: ShapeName): Shape {
  return shapes.find((shape) => shape.name === name)!;
}
