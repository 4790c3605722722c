import { parseArgs } from 'node:util';
import { TiebreakError } from '../../contract/errors.ts';
import { visitOpenDoor } from './visiting.ts';

/**
 * What a package with Node's runtime starts: the terminal's commands where one is named, otherwise the app in the browser, or the one that
 * is open on the data folder already.
 */
try {
  if (namesCommand()) await import('../terminal/cli.ts');
  else if (!(await visitOpenDoor())) await import('../browser/web.ts');
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Whether there is anything but the options of the app in the browser. */
function namesCommand(): boolean {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = {
    ...{ home: text, project: text, watch: text, port: text },
    ...{ 'no-open': flag, browser: flag, help: flag, version: flag },
  };
  const { values, positionals } = parseArgs({ options, strict: false, allowPositionals: true });
  return positionals.length > 0 || values.help === true || values.version === true;
}
