import type { RankedPost, RankingOfAll } from '../../contract/reports.ts';
import { postsShown, printRanking } from './print.ts';
import type { Outcome } from './run.ts';

/** The ranking of all posts: for people the first ones, for programs each as it is ranked. */
export async function rankingOfAll({ model, scored, count, posts }: RankingOfAll): Promise<Outcome> {
  const first: RankedPost[] = [];
  for await (const post of posts) {
    first.push(post);
    if (first.length === postsShown) break;
  }
  return { json: inPieces({ model, scored }, posts), text: printRanking({ model, scored, posts: first }, count) };
}

async function* inPieces(head: object, posts: AsyncIterable<object>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"posts":[`;
  let behind = '';
  for await (const post of posts) {
    yield behind + JSON.stringify(post);
    behind = ',';
  }
  yield ']}';
}
