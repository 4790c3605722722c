import { randomFrom } from '../../src-main/common/random.ts';
import type { NewComment, Preference } from '../../src-main/contract/records.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { startImport } from '../../src-main/store/imports.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { findPost } from '../../src-main/store/posts.ts';
import { storeInMemory } from './new-store.ts';

/** Parts of texts that files of some format could lose, change or take for something else. */
const parts = [
  ...["'", "''=", '=1+1', '+49 30', '-', '@home', '＝', '"', '""', ',', ';', '\t', '|', '\n', '\n\n', ' ', '  '],
  ...[
    '_x000D_',
    '\u0001',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '\uFFFD',
    '\u{1FFFE}',
    '\u{10FFFF}',
    'é',
    'ß',
    '漢字',
    '😀',
    'اب',
  ],
  ...['1,5', '1.5', '12', '2026-01-31', 'true', 'null', '<b>', '&amp;', '\\', '\\n', '\\"', '{', '[', 'sep=;', 'T'],
  // No 'Human: ': a prompt that begins so is read as a dialogue.
  ...['\n\nAssistant: ', '[INST]'],
];

const annotators = ['Ann', '7', 'bob@example.org', 'person "x" é', "o'neil", '=cmd'];
const choices: readonly Preference[] = ['left', 'right', 'left', 'right', 'tie', 'bad'];

type Origin = { readonly author?: string; readonly createdAt?: string; readonly link?: string };

/** A store with posts of every kind, and answers on them; always the same for the same seed. */
export function madeUpStore(seed: number): WritingStore {
  const random = randomFrom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  let texts = 0;
  const text = (): string => {
    texts += 1;
    const around = (): string => Array.from({ length: below(4) }, () => pick(parts)).join('');
    return `${around()}${texts}${around()}`;
  };
  const store = storeInMemory();
  const made = startImport(store, 'made up', 'posts');
  const posts = 1 + below(5);
  for (let n = 0; n < posts; n++) {
    const origin = (): Origin =>
      chance(0.3)
        ? { author: `author ${below(9)}`, createdAt: '2026-01-31T12:00:00.000Z', link: 'https://example.org/1' }
        : {};
    const kind = pick(['places', 'votes', 'both', 'nothing'] as const);
    const figures = (at: number): Pick<NewComment, 'rank' | 'votes'> => ({
      rank: kind === 'places' || kind === 'both' ? (chance(0.2) ? 0 : at) : null,
      votes:
        (kind === 'votes' && chance(0.8)) || kind === 'both' ? (chance(0.5) ? below(50) - 10 : random() * 9) : null,
    });
    const comments = Array.from({ length: 2 + below(5) }, (_, at) => ({ text: text(), ...figures(at), ...origin() }));
    const title = chance(0.5) ? text() : null;
    const post = {
      key: chance(0.5) ? `post ${n} ${text()}` : `${seed}-${n}`,
      title,
      // Many files repeat the title at the head of the text.
      text: title !== null && chance(0.3) ? `${title}\n\n${text()}` : text(),
      context: chance(0.3) ? text() : null,
      group: chance(0.5) ? `group ${below(3)} '` : `g${n}`,
      split: pick(['train', 'validation', 'test'] as const),
      ...origin(),
    };
    const { postId } = addPost(store, { ...post, comments }, { importId: made, line: n + 1, list: 'row' });
    if (chance(0.3)) {
      // Another row ranked some of them, in another order, with one that is new.
      const again = [...comments.slice(1).toReversed(), { text: text() }].map((comment, rank) => ({
        ...comment,
        rank,
        votes: null,
      }));
      addPost(store, { ...post, comments: again }, { importId: made, line: 100 + n, list: 'row' });
    }
    const ids = findPost(store, postId!).comments.map(({ id }) => id);
    for (let answers = below(8); answers > 0; answers--) {
      const left = below(ids.length);
      const right = (left + 1 + below(ids.length - 1)) % ids.length;
      const said = { postId: postId!, leftId: ids[left]!, rightId: ids[right]!, origin: 'compare' as const };
      addAnswer(store, {
        ...said,
        choice: pick(choices),
        annotator: pick(annotators),
        durationMs: chance(0.5) ? below(9000) : null,
        note: chance(0.3) ? text() : '',
        again: true,
      });
    }
  }
  return store;
}
