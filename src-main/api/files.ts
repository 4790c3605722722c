import { TiebreakError } from '../contract/errors.ts';
import { os } from './base.ts';

const noDialogs = 'Only the window has dialogs of the system: a browser uses its own.';

export const filesApi = () =>
  os.files.router({
    choose: os.files.choose.handler(({ input, context: { door } }) => {
      if (!door.choose) throw new TiebreakError('bad-input', noDialogs);
      return door.choose(input.purpose);
    }),
    save: os.files.save.handler(({ input, context: { door } }) => {
      if (!door.save) throw new TiebreakError('bad-input', noDialogs);
      return door.save(input.handle);
    }),
  });
