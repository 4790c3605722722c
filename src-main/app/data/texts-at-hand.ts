import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { mostAtHand, type TextsAtHand } from '../../contract/scoring.ts';
import type { ReadComment } from '../../dataset/facts.ts';
import { lookAt } from '../../dataset/look.ts';
import { readFacts } from '../../dataset/read.ts';
import type { House } from '../kernel/house.ts';
import { lookAtFile } from './preview.ts';

/**
 * The posts and comments of a file, read as an import would read it, replies as comments on their post.
 * @throws TiebreakError where it can't be told what the file is, or nothing in it can be scored
 */
export async function textsAtHand(house: House, file: string, { signal }: CallHooks): Promise<TextsAtHand> {
  const { choices, problem } = await lookAtFile(house, { file });
  const { path, name } = house.files.find(file);
  if (problem !== null) throw new TiebreakError('bad-input', problem);
  const look = await lookAt(path, choices);
  const { score } = look.found;
  const how = { score: score === 'undecided' ? null : score, html: choices.html, replies: 'under' as const };
  const posts = new Map<string, Held>();
  let count = 0;
  let leftOut = 0;
  const { batches } = readFacts(look, how, { signal });
  for await (const batch of batches) {
    for (const fact of batch.flatMap(({ facts }) => facts)) {
      if (fact.kind === 'left' && (fact.of === 'row' || fact.of === 'comment')) leftOut += fact.count ?? 1;
      if (fact.kind !== 'post' && fact.kind !== 'comment' && fact.kind !== 'answer') continue;
      const key = fact.kind === 'comment' ? (fact.post ?? fact.parent ?? '') : fact.post.key;
      const held = posts.get(key) ?? { title: null, text: '', context: null, comments: new Set<string>() };
      if (fact.kind !== 'comment') Object.assign(held, { ...headOf(fact.post) });
      posts.set(key, held);
      const given =
        fact.kind === 'post' ? fact.comments : fact.kind === 'answer' ? [fact.left, fact.right] : [fact.comment];
      for (const text of textsIn(given)) {
        if (held.comments.has(text)) continue;
        if (count >= mostAtHand) return textsOf(posts, leftOut, true);
        held.comments.add(text);
        count += 1;
      }
    }
  }
  if (count === 0)
    throw new TiebreakError('nothing-to-do', `No comment of ${name} can be scored. Nothing was stored of it.`);
  return textsOf(posts, leftOut, false);
}

type Head = { title: string | null; text: string; context: string | null };
type Held = Head & { readonly comments: Set<string> };

const headOf = ({ title, text, context }: Readonly<Head>): Head => ({ title, text, context });

function textsIn(comments: readonly ReadComment[]): readonly string[] {
  return comments.flatMap(({ text, replies }) => [...(text === '' ? [] : [text]), ...textsIn(replies)]);
}

function textsOf(posts: ReadonlyMap<string, Held>, leftOut: number, more: boolean): TextsAtHand {
  const some = [...posts.values()].filter(({ comments }) => comments.size > 0);
  return { posts: some.map((post) => ({ ...headOf(post), comments: [...post.comments] })), leftOut, more };
}
