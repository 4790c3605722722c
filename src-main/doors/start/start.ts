import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import open from 'open';
import { TiebreakError } from '../../contract/errors.ts';
import { folderOfApp } from '../../projects/which.ts';
import { builtMain, installation } from '../../root.ts';
import { addressOfOpenDoor } from '../browser/word.ts';
import { build, needsBuild } from './building.ts';
import { electronProgram, type NoWindow } from './electron-runtime.ts';

/** `npm start`: builds what is out of date, and opens the window, or the same in the browser where there can be no window. */
/** A window that ends with a crash this soon has never opened, in milliseconds. */
const openingMs = 15_000;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

try {
  if (!(await visitOpenDoor())) await start();
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Opens the app that is open on the data folder already, in a browser that it may not know yet. Gives whether there is one. */
async function visitOpenDoor(): Promise<boolean> {
  const options = { home: { type: 'string' }, project: { type: 'string' }, 'no-open': { type: 'boolean' } } as const;
  const { values } = parseArgs({ options, strict: false });
  const given = (name: 'home' | 'project') => (typeof values[name] === 'string' ? values[name] : undefined);
  const home = folderOfApp({ home: given('home'), project: given('project') });
  const address = await addressOfOpenDoor(home);
  if (address === null) return false;
  const unheard = ['watch', 'port'].filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  say('Tiebreak is open on this data folder already, at this address. It opens once, in one browser:');
  say(address);
  if (unheard.length > 0) say(`It goes on as it was started: ${unheard.join(' and ')} changed nothing.`);
  if (!values['no-open']) await open(address).catch(() => {});
  return true;
}

async function start(): Promise<void> {
  if (needsBuild(installation)) {
    say('Building the pages, which takes a few seconds.');
    build(installation);
  }
  const browser = process.argv.includes('--browser') || process.argv.includes('--no-open');
  const reason = browser ? null : await openWindow();
  if (reason) say(`Tiebreak opens in the browser, because ${reason.because}.`);
  if (browser || reason) await import('../browser/web.ts');
}

/** Stays until the window is closed; gives the reason where it could not be opened. */
async function openWindow(): Promise<NoWindow | null> {
  const program = await electronProgram(installation, say, process.env);
  if (typeof program !== 'string') return program;
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const begun = performance.now();
  const child = spawn(program, [builtMain, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // The window ends in an orderly way, and this process after it. A terminal's Ctrl-C reaches the window as well.
  let interrupted = false;
  process.on('SIGINT', () => {
    interrupted = true;
  });
  process.on('SIGTERM', () => {
    interrupted = true;
    child.kill('SIGTERM');
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('error', () => resolve({ code: 127, signal: null }));
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  // 127: a library of the system is missing. A signal: Electron gave up, as it does where its sandbox can't be set up.
  const crashed = code === 127 || (signal !== null && !interrupted);
  if (crashed && performance.now() - begun < openingMs) {
    return { because: `Electron could not open a window here (${signal ?? `exit code ${code}`})` };
  }
  process.exitCode = code ?? 1;
  return null;
}
