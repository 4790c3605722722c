import type { FileOffer } from '../../src-main/contract/files.ts';
import { saveOffer } from '../api.ts';
import { say } from './toasts.ts';

/**
 * Hands a file that the application has made to the person, and says so. Where they chose no place for it, it can still be saved.
 * @param said what is said once it is theirs
 * @param then what is done then
 */
export async function handOver(
  file: FileOffer,
  said = `Saved as ${file.name}.`,
  then: () => unknown = () => undefined,
): Promise<void> {
  if (await saveOffer(file)) {
    say(said);
    await then();
  } else say(`${file.name} is ready, but not saved.`, { label: 'Save', run: () => handOver(file, said, then) });
}
