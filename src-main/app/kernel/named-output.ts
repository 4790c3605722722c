import { checkOutput, type Output } from '../../disk/output.ts';
import type { House } from './house.ts';

/**
 * The place that a person named for what a command writes, looked at before any work is done for it.
 * @throws TiebreakError bad-input where nothing may be written there
 */
export async function namedOutput(
  house: House,
  path: string,
  replace: boolean,
  kind: 'file' | 'folder' = 'file',
): Promise<Output> {
  const output = { path, replace, home: house.home };
  await checkOutput(output, kind);
  return output;
}
