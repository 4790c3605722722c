import { spawn } from 'node:child_process';
import { TiebreakError } from '../../contract/errors.ts';
import { builtMain, installation } from '../../root.ts';
import { build, needsBuild } from './building.ts';
import { electronProgram, type NoWindow } from './electron-runtime.ts';
import { visitOpenDoor } from './visiting.ts';

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
