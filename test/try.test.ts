import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { lookAt } from '../src-main/dataset/look.ts';
import { postsWithComments } from '../src-main/store/posts.ts';
import { importFile } from '../src-main/transfer/import-file.ts';
import { temporaryStore } from './support/temporary.ts';

const own = join(import.meta.dirname, 'fixtures/files/own');
test('try', async () => {
  const only = process.env.ONLY ?? '';
  for (const file of readdirSync(own).filter(
    (f) => /^(reddit|hacker|stack|disc|youtube|disqus|lemmy|mastodon)/.test(f) && f.includes(only),
  )) {
    try {
      console.log(file, (await lookAt(join(own, file))).found.shape);
    } catch (e) {
      console.log(file, String(e));
      continue;
    }
    if (!only) continue;
    for (const replies of ['leave', 'under'] as const) {
      const store = temporaryStore();
      for (let n = 0; n < 2; n++) {
        try {
          const r = await importFile(store, join(own, file), { replies });
          console.log(
            replies,
            n,
            JSON.stringify({
              read: r.read,
              imported: r.imported,
              posts: r.posts,
              comments: r.comments,
              updated: r.updated,
              filled: r.filled,
              textless: r.textless,
            }),
            r.reported.map(
              (x) =>
                `${x.left ? '-' : '~'} ${x.count} ${x.of} ${x.kind} ${x.examples.map((e) => e.text.slice(0, 30)).join(' | ')}`,
            ),
          );
        } catch (e) {
          console.log(replies, n, String(e));
        }
        if (n === 0)
          for (const p of postsWithComments(store))
            console.log(
              JSON.stringify({ ...p, comments: undefined }),
              p.comments.map((c: any) => JSON.stringify(c)),
            );
      }
    }
  }
});
