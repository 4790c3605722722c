import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readBlendFolder, writeBlendFolder } from '../../src-main/checkpoint/blend-folder.ts';
import { type Manifest, readArchitecture, readManifest, writeFolder } from '../../src-main/checkpoint/folder.ts';
import { temporaryFolder } from '../support/temporary.ts';

const manifest = {
  kind: 'reward' as const,
  createdAt: '2024-01-01T00:00:00.000Z',
  trainingConfig: { seed: 42 },
  result: { steps: 3 },
  maxTokens: 128,
};

let home: string;
const at = (...names: string[]): string => join(home, ...names);
const made = (name: string, text: string): Promise<void> =>
  writeFolder(at(name), { ...manifest, architecture: 'encoder-head' }, async (folder) => {
    writeFileSync(join(folder, 'config.json'), '{}');
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more', 'weights'), text);
  });
const parts = () => [
  { folder: at('quick-1'), method: 'quick' as const, weight: 1.25 },
  { folder: at('together-1'), method: 'together' as const, weight: 0 },
];

beforeEach(async () => {
  home = temporaryFolder();
  await made('quick-1', 'those of quick');
  await made('together-1', 'those of together');
});

describe('the folder of a blend', () => {
  test('comes back with its models, whole', async () => {
    await writeBlendFolder(at('best-1'), parts(), manifest);
    const back = await readBlendFolder(at('best-1'));
    expect(back).toEqual([
      { folder: at('best-1', 'parts/0'), method: 'quick', weight: 1.25 },
      { folder: at('best-1', 'parts/1'), method: 'together', weight: 0 },
    ]);
    expect(readFileSync(join(back[1]!.folder, 'more', 'weights'), 'utf8')).toBe('those of together');
    expect(await readArchitecture(at('best-1'))).toBe('blend');
    expect(await readArchitecture(back[0]!.folder)).toBe('encoder-head');
    expect(((await readManifest(at('best-1'))) as Manifest).trainingConfig).toEqual({ seed: 42 });
    expect(readdirSync(home).toSorted()).toEqual(['best-1', 'quick-1', 'together-1']);
    await expect(writeBlendFolder(at('best-1'), parts(), manifest)).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('has the same files as its models where the disk can, and stands without those models', async () => {
    await writeBlendFolder(at('best-1'), parts(), manifest);
    const inode = (...names: string[]): number => statSync(at(...names)).ino;
    expect(inode('best-1', 'parts', '0', 'more', 'weights')).toBe(inode('quick-1', 'more', 'weights'));
    rmSync(at('quick-1'), { recursive: true });
    expect(await readBlendFolder(at('best-1'))).toHaveLength(2);
  });

  test('is the same as a copy on another disk', async () => {
    await writeBlendFolder(at('best-1'), parts(), manifest);
    cpSync(at('best-1'), at('copy'), { recursive: true });
    const inode = (folder: string): number => statSync(at(folder, 'parts', '0', 'more', 'weights')).ino;
    expect(inode('copy')).not.toBe(inode('best-1'));
    expect((await readBlendFolder(at('copy'))).map(({ weight }) => weight)).toEqual([1.25, 0]);
  });

  test('a damaged or missing part is noticed, and so is a config of another model', async () => {
    await writeBlendFolder(at('best-1'), parts(), manifest);
    cpSync(at('best-1'), at('changed'), { recursive: true });
    appendFileSync(at('changed', 'parts', '1', 'manifest.json'), ' ');
    await expect(readBlendFolder(at('changed'))).rejects.toMatchObject({ code: 'damaged' });
    // What a part is made of stands in its own manifest.
    cpSync(at('best-1'), at('inner'), { recursive: true });
    appendFileSync(at('inner', 'parts', '1', 'more', 'weights'), 'x');
    await expect(readManifest(at('inner', 'parts', '1'))).rejects.toMatchObject({ code: 'damaged' });
    rmSync(at('best-1', 'parts', '0'), { recursive: true });
    await expect(readBlendFolder(at('best-1'))).rejects.toMatchObject({ code: 'damaged' });
    await expect(readBlendFolder(at('quick-1'))).rejects.toThrow('its config.json is of another model');
  });

  test('appears whole or not at all', async () => {
    const missing = [...parts(), { folder: at('nowhere'), method: 'deep' as const, weight: 1 }];
    await expect(writeBlendFolder(at('best-1'), missing, manifest)).rejects.toThrow();
    expect(existsSync(at('best-1'))).toBe(false);
  });
});
