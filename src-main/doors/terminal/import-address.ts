import type { App } from '../../app.ts';
import { isAddress, planHead, planLines, planRemarks } from '../../common/fetch-words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FetchCall, FetchPlan } from '../../contract/fetching.ts';
import { canAsk, confirmed } from './confirm.ts';
import { printImport } from './print-import.ts';
import type { Outcome } from './run.ts';

export const importHelp = `
Also takes an address instead of files, of which it shows first what will be asked of whom:
  a thread's page: Reddit, Hacker News, Stack Exchange, Discourse, Lemmy, Mastodon
  hf:OWNER/NAME or hf:OWNER/NAME/PART: a data set on the Hugging Face hub`;

/** The address that is to be imported; null for files. Throws TiebreakError where both are named. */
export function addressAlone(files: readonly string[]): string | null {
  if (!files.some(isAddress)) return null;
  if (files.length === 1) return files[0]!;
  const message =
    'An address is imported by itself, so that what will be asked can be shown. Nothing came in: give one at a time.';
  throw new TiebreakError('bad-input', message);
}

type Options = Omit<FetchCall, 'address' | 'revision'> & { readonly yes?: boolean; readonly dryRun?: boolean };

/** `import ADDRESS`: shows what will be asked of whom, and does it only after a yes. */
export async function importAddress(app: App, hooks: CallHooks, address: string, options: Options): Promise<Outcome> {
  const { yes, dryRun, ...call } = options;
  const plan = await app.planFetch({ address, rows: call.rows, from: call.from }, hooks);
  // A dry run fetches nothing either.
  if (dryRun) return { json: { plan, fetched: false }, text: `${printPlan(plan)}\nNothing was fetched.` };
  hooks.onLog?.(printPlan(plan));
  if (!yes) {
    if (!canAsk()) {
      const message = 'Nothing was fetched, since nobody can be asked here whether to: --yes fetches what was shown.';
      throw new TiebreakError('bad-input', message);
    }
    if (!(await confirmed(hooks.signal))) return { json: { plan, fetched: false }, text: 'Nothing was fetched.' };
  }
  const revision = plan.kind === 'data-set' ? plan.revision : undefined;
  const report = await app.fetch({ ...call, address, revision }, hooks);
  return { json: report, text: printImport(report), failed: report.failed !== undefined };
}

function printPlan(plan: FetchPlan): string {
  const lines = planLines(plan).map(({ what, of }) => `  ${what}  (${of})`);
  return [planHead(plan), ...lines, ...planRemarks(plan)].join('\n');
}
