import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import type { z } from 'zod';
import { openApp } from '../../../src-main/app.ts';
import { api } from '../../../src-main/contract/api.ts';
import { messageOf, schemaOf } from './messages.ts';
import { Defect, type Target } from './target.ts';

const engineEntry = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));
/** Nobody answers there. */
const nobody = 'http://127.0.0.1:9';
/** So often everything that was begun is ended, so that tasks don't pile up. */
const tidyEvery = 50;
/** What a call that only begins something, or looks at something, may take. */
const mostMs = 20_000;
/** How long a stream is listened to, which may have nothing to say. */
const wordMs = 20;

type Procedure = { readonly '~orpc': { readonly inputSchema?: z.ZodType } };

/** Every procedure of the contract with the schema of what it takes. */
const procedures: readonly {
  readonly path: readonly [string, string];
  readonly schema: ReturnType<typeof schemaOf> | null;
}[] = Object.entries(api).flatMap(([group, members]) =>
  Object.entries(members as Readonly<Record<string, Procedure>>).map(([name, procedure]) => {
    const { inputSchema } = procedure['~orpc'];
    return { path: [group, name] as const, schema: inputSchema ? schemaOf(inputSchema) : null };
  }),
);

const posts = Array.from({ length: 12 }, (_, at) =>
  JSON.stringify({
    id: `p${at}`,
    text: `Post ${at}`,
    comments: ['good', 'fair', 'poor'].map((text, score) => ({ text: `${text} ${at}`, score })),
  }),
).join('\n');

/** Messages of every procedure of the contract, to a house with posts, answers and a model. */
export const contract: Target = {
  open: async (folder) => {
    const app = openApp({ home: join(folder, 'home'), engineEntry, hub: nobody, threads: nobody });
    const client = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
    const handles = await Promise.all(
      [posts, 'post,comment\na,b\n', '', readFileSync(fileURLToPath(import.meta.url))].map(
        async (content, at) => (await app.files.take(Readable.from([content]), `file-${at}.jsonl`)).handle,
      ),
    );
    await client.data.import({ files: [handles[0]!], split: 'train' });
    await app.tasks.settled();
    await client.train.start({ config: { epochs: 1 } });
    await app.tasks.settled();
    const known = {
      names: [
        'reward-1',
        'run 1',
        'tab',
        'me',
        'p1',
        'p2',
        'minilm',
        'hf:a/b',
        'https://news.ycombinator.com/item?id=1',
        'gpt',
        'de',
        'left',
        '2024-01-01T00:00:00.000Z',
      ],
      handles,
    };
    let given = 0;
    const tidy = async (): Promise<void> => {
      for (const { id } of app.tasks.list()) app.tasks.cancel(id);
      await app.tasks.settled();
      for (const { id, error } of app.tasks.list()) {
        app.tasks.dismiss(id);
        if (error?.code === ('defect' as string)) throw new Defect(`a task ended in a defect: ${error.message}`);
      }
    };
    return {
      give: async (draw) => {
        const { path, schema } = draw.one(procedures);
        const message = messageOf(draw, schema, known);
        try {
          await called(client as never, path, message);
        } catch (error) {
          if (error instanceof Defect) throw new Defect(`${path.join('.')} ${error.message}`);
          throw error;
        } finally {
          given += 1;
          if (given % tidyEvery === 0) await tidy();
        }
      },
      close: async () => {
        await tidy();
        await app.close();
      },
    };
  },
};

type AnyClient = Readonly<Record<string, Readonly<Record<string, (message: unknown) => Promise<unknown>>>>>;

/** Calls a procedure and waits for what it answers; of a stream for the first word. */
async function called(client: AnyClient, [group, name]: readonly [string, string], message: unknown): Promise<void> {
  const late = sleep(mostMs, 'late' as const, { ref: false });
  const answered = (async () => {
    const answer = await client[group]![name]!(message);
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
      const stream = answer as AsyncGenerator;
      await Promise.race([stream.next(), sleep(wordMs, undefined, { ref: false })]);
      void stream.return(undefined);
    }
  })();
  if ((await Promise.race([answered, late])) === 'late') throw new Defect('gave no answer');
}
