import type { MapText } from '../../analysis/map.ts';
import { randomFrom } from '../../common/random.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import type { Section } from '../../contract/figures.ts';
import { postInput } from '../../recipe/pairs.ts';
import { totals } from '../../store/counts.ts';
import { drawComments, drawPosts } from '../../store/drawn-texts.ts';
import { listErasures } from '../../store/erased.ts';
import { listImports } from '../../store/imports.ts';
import type { ReadingStore } from '../../store/open.ts';
import { workInThread } from '../../worker/start.ts';
import { embeddingsUnkept } from '../embedding/embedding.ts';
import { mapEncoder } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

const seed = 1;
/** Enough to see what there is, and few enough to tell apart, to read in half a minute the first time, and to lay out in ten seconds. */
const textsDrawn = 3000;

/** The last map of a house, for as long as the program runs and its posts and comments stay as they are. */
const kept = new WeakMap<House, { readonly state: string; readonly section: Section }>();

/** Starts laying posts and comments out by what they mean, and gives the number of the task. */
export function startMap(house: House): number {
  return house.tasks.start('map', 'Drawing the map', (hooks) => drawMap(house, settingsOf(house).device, hooks));
}

/** The map of some posts and comments, drawn by chance. What was drawn before is given at once while nothing has changed. */
export async function drawMap(house: House, device: Device, hooks: CallHooks): Promise<Section> {
  const state = stateOf(house.store);
  const known = kept.get(house);
  if (known?.state === state) return known.section;
  const { posts, comments } = totals(house.store);
  const random = randomFrom(seed);
  const pause = createPauses(hooks.signal);
  const somePosts = await drawPosts(
    house.store,
    Math.round((textsDrawn * posts) / (posts + comments || 1)),
    random,
    pause,
  );
  const someComments = await drawComments(house.store, textsDrawn - somePosts.texts.length, random, pause);
  const texts: MapText[] = [
    ...somePosts.texts.map((post) => ({ kind: 'post', post: post.id, text: postInput(post, 'post') }) as const),
    ...someComments.texts.map(({ postId, text }) => ({ kind: 'comment', post: postId, text }) as const),
  ];
  const read = texts.map(({ text }) => text);
  const vectors = await embeddingsUnkept(house, mapEncoder(), read, device, hooks);
  const section = await workInThread(
    { job: 'map', input: { texts, vectors, of: { posts, comments, whole: somePosts.whole && someComments.whole } } },
    'map',
    hooks,
  );
  kept.set(house, { state, section });
  return section;
}

/** Changes with every post or comment that comes or goes. */
function stateOf(store: ReadingStore): string {
  const { posts, comments } = totals(store);
  return JSON.stringify([
    posts,
    comments,
    listErasures(store)[0]?.id ?? 0,
    listImports(store).map(({ id, finishedAt, undoneAt }) => [id, finishedAt, undoneAt]),
  ]);
}
