import { counted } from '../../common/words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import { explained } from '../kernel/tasks.ts';

const namedAtOnce = 5;

/** What went wrong with single files of an import of several: none costs the others. */
export function failuresOf(files: number) {
  const failed: { readonly file: string; readonly message: string }[] = [];
  let first: unknown = null;
  return {
    /** Keeps an error for the end. Throws it again where there is but one file, or where it concerns all. */
    add: (file: string, error: unknown): void => {
      const concernsAll = error instanceof TiebreakError && ['cancelled', 'busy'].includes(error.code);
      if (files < 2 || concernsAll) throw error;
      first ??= error;
      failed.push({ file, message: explained(error).message });
    },
    /** @throws TiebreakError with their sentences where no file came in */
    throwIfAll: (): void => {
      if (failed.length === 0 || failed.length < files) return;
      const said = failed.slice(0, namedAtOnce).map(({ file, message }) => `${file}: ${message}`);
      const more = failed.length - said.length;
      const rest = more > 0 ? ` And ${counted(more, 'more file')}.` : '';
      const code = first instanceof TiebreakError ? first.code : 'bad-input';
      throw new TiebreakError(code, `None of ${counted(files, 'file')} came in. ${said.join(' ')}${rest}`, {
        cause: first,
      });
    },
    summary: (): Pick<ImportSummary, 'failed'> => (failed.length === 0 ? {} : { failed }),
  };
}
