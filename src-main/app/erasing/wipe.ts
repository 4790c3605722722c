import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import { isUnwiped, setWiped } from '../../store/erased.ts';
import { workInThread } from '../../worker/start.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';

/** Writes the database anew without what was erased. False where that can't be done now: it is done at a later start. */
export async function wipe(house: WritingHouse, hooks: CallHooks): Promise<boolean> {
  try {
    if (!(await workInThread({ job: 'wipe', path: house.store.path }, 'wipe', hooks))) return false;
  } catch (error) {
    // A full disk, or another program that has the file open.
    if (error instanceof TiebreakError && error.code === 'cancelled') return false;
    noteDefect(error);
    return false;
  }
  setWiped(house.store);
  return true;
}

/** Does that for what was erased before and could not be overwritten then. Ends when the signal is aborted: call it after opening. */
export async function wipeLeft(house: House, signal: AbortSignal): Promise<void> {
  if (signal.aborted || house.store.copyOf !== undefined || !isUnwiped(house.store)) return;
  try {
    await withLock(house, 'overwriting what was erased', (writing) => wipe(writing, { signal }));
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}
