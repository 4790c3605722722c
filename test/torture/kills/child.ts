/** Does one kind of work in the folder of a case, in a process of its own that can be killed. Started by kills.ts. */
import { writeSync } from 'node:fs';
import { troubleInWords } from '../../../src-main/common/trouble-words.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { openCase } from './open.ts';
import type { Work } from './work.ts';
import { type WorkName, works } from './works.ts';

const [name, folder] = process.argv.slice(2) as [WorkName, string];
/** On its way before this returns, as an answer through a door is on its way before a person sees it. */
const write = (line: unknown): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const work: Work = works[name];
let close = async (): Promise<void> => undefined;
try {
  const at = openCase(folder, work.engine);
  close = () => at.app.close();
  write({ begun: true });
  await work.perform(at, (told) => write({ told }));
  write({ ended: null });
} catch (error) {
  const told = troubleInWords(error) ?? (error instanceof TiebreakError ? error.message : null);
  // What the works themselves throw is the sentence of a task.
  const plain = (error as Error).name === 'Error' ? (error as Error).message : null;
  write({ ended: told ?? plain ?? (error as Error).stack ?? String(error) });
} finally {
  await close();
}
