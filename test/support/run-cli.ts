import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startable } from './programs.ts';

const node = [process.execPath, ...(process.features.typescript ? [] : ['--experimental-strip-types'])] as const;

export type Finished = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The last line of standard output, read as JSON. */
  readonly json: () => Record<string, unknown>;
};

export type Command = { readonly child: ChildProcess; readonly finished: Promise<Finished> };

/** Starts the command line as a user does, in a process of its own. */
export function startCli(
  home: string,
  args: readonly string[],
  onError?: (text: string) => void,
  environment: NodeJS.ProcessEnv = {},
): Command {
  const program = startable('src-main/doors/terminal/cli.ts');
  const child = spawn(node[0], [...node.slice(1), program, '--home', home, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
    onError?.(err);
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => {
      const json = (): Record<string, unknown> =>
        JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
      resolve({ code, out, err, json });
    });
  });
  return { child, finished };
}

export function cli(home: string, ...args: string[]): Promise<Finished> {
  return startCli(home, args).finished;
}

export type Scratch = {
  readonly folder: string;
  readonly write: (name: string, text: string) => string;
  empty(): void;
  remove(): void;
};

/** An empty folder that is removed at the end. */
export function scratchFolder(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-test-'));
  return {
    folder,
    write: (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    empty: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Six words, the better first: with so many comments a few posts have many pairs. */
export const sixWords = ['splendid', 'fine', 'decent', 'middling', 'poor', 'awful'];

/** Rows of CUP IT in which the better comment has the better word. */
export function rows(from: number, count: number, words: readonly string[] = ['splendid', 'decent', 'awful']): string {
  return Array.from({ length: count }, (_, i) => {
    const comments = words.map((word, score) => ({
      text: `It was ${word} in case ${from + i}`,
      score,
      votes: 9 - score,
    }));
    return JSON.stringify({
      id: `p${from + i}`,
      title: `Case ${from + i}`,
      text: `How was case ${from + i}?`,
      comments,
    });
  }).join('\n');
}

/** A model that trains in a second. */
export const tiny = ['width=16', 'layers=1', 'heads=2', 'vocabulary=300', 'maxTokens=32', 'epochs=2'].flatMap((set) => [
  '--set',
  set,
]);
