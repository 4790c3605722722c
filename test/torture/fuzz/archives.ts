import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import yazl from 'yazl';
import { archiveKind, NotAModel, unpack } from '../../../src-main/app/models/model-unpack.ts';
import { openApp } from '../../../src-main/app.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { gpt2Config } from './fixtures.ts';
import { mutatedBytes } from './mutate.ts';
import type { Target } from './target.ts';

function zipOf(entries: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** Archives of models: nothing of them lands elsewhere, and none makes more than it says. */
export const modelArchives: Target = {
  open: async (folder) => {
    const whole = await zipOf({
      'manifest.json': '{"format":1}',
      'config.json': JSON.stringify(gpt2Config()),
      'tokenizer.json': '{}',
      'model.safetensors': Buffer.alloc(300),
    });
    const made = await zipOf({
      'aa/config.json': 'x',
      'betc/passwd': 'x',
      'a/data.pkl': 'x',
      'parts/1/config.json': '{}',
    });
    const other = Buffer.from(
      made.toString('latin1').replaceAll('aa/config', '../config').replaceAll('betc/', '/etc/'),
      'latin1',
    );
    const path = join(folder, 'model.zip');
    return {
      give: async (draw) => {
        const bytes = mutatedBytes(draw, draw.chance(0.8) ? whole : other, other);
        writeFileSync(path, bytes);
        const out = join(folder, 'out');
        await mkdir(out, { recursive: true });
        try {
          const kind = await archiveKind(path);
          if (kind !== 'pytorch') await unpack({ name: 'model.zip', path, bytes: bytes.length }, kind, out, {});
        } catch (error) {
          // Whoever imports a model puts these two into words, whatever yauzl and zlib say of an archive.
          if (error instanceof NotAModel || isOfArchive(error))
            throw new TiebreakError('damaged', 'It is no model.', { cause: error });
          throw error;
        } finally {
          rmSync(out, { recursive: true });
        }
      },
    };
  },
};

const isOfArchive = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);

const engineEntry = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));
const posts = JSON.stringify({
  id: 'p',
  text: 'Post',
  comments: [
    { text: 'a', score: 0 },
    { text: 'b', score: 1 },
  ],
});

/** Backups that are restored: whole, or nothing is changed. */
export const backups: Target = {
  open: async (folder) => {
    const app = openApp({ home: join(folder, 'home'), engineEntry });
    const client = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
    const file = await app.files.take(Readable.from([posts]), 'posts.jsonl');
    await client.data.import({ files: [file.handle] });
    await app.tasks.settled();
    await client.backup.create();
    await app.tasks.settled();
    const offer = app.tasks.list().at(-1)!.result as { file: { handle: string } };
    const whole = readFileSync(app.files.find(offer.file.handle).path);
    return {
      give: async (draw) => {
        const { handle } = await app.files.take(
          Readable.from([draw.chance(0.2) ? whole : mutatedBytes(draw, whole)]),
          'backup.zip',
        );
        const { task } = await client.backup.restore({ file: handle });
        await app.tasks.settled();
        const { error } = app.tasks.find(task);
        app.tasks.dismiss(task);
        for (const { name } of (await client.backup.putAside()).folders)
          rmSync(join(app.home, name), { recursive: true });
        if (app.stats().totals.posts !== 1) throw new Error('The posts are gone.');
        if (error)
          throw error.code === ('defect' as string)
            ? new Error(error.message)
            : new TiebreakError(error.code as 'damaged', error.message);
      },
      close: () => app.close(),
    };
  },
};
