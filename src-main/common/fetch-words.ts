/** What fetching an address will ask, in words: the same in the terminal and in the app. */
import type { FetchPlan } from '../contract/fetching.ts';
import { counted, size } from './words.ts';

/** Whether what people give to import is an address, and no file. */
export const isAddress = (text: string): boolean => /^(https?:\/\/|hf:)/i.test(text.trim());

/** What will be fetched, from whom. */
export function planHead(plan: FetchPlan): string {
  if (plan.kind === 'thread') return `${plan.address} will be asked for at ${plan.host} (${plan.site}).`;
  const what = plan.rows === null ? 'all rows' : `the first ${counted(plan.rows, 'row')}`;
  const part = plan.config === 'default' ? '' : `, part ${plan.config}`;
  return `${plan.dataSet} on ${plan.host}${part}, split ${plan.split}: ${what}, ${size(plan.bytes)}, at revision ${plan.revision.slice(0, 12)}.`;
}

/** The addresses, or files, with what is there. */
export function planLines(plan: FetchPlan): readonly { readonly what: string; readonly of: string }[] {
  return plan.kind === 'thread'
    ? plan.asks.map(({ address, of }) => ({ what: address, of }))
    : plan.files.map(({ name, bytes }) => ({ what: name, of: size(bytes) }));
}

/** What goes along and what does not, in whole sentences. */
export function planRemarks(plan: FetchPlan): readonly string[] {
  const who = `Nothing else is sent: no cookies, no sign-in, nothing of what you have here. Requests say 'User-Agent: ${plan.userAgent}', and ${plan.host} sees the address of your connection.`;
  if (plan.kind === 'thread') {
    return [`${who} At most ${plan.mostRequests} requests are made, one a second, and no other address is followed.`];
  }
  const parts = plan.rows === null ? [] : ['Of these files only the parts that hold these rows are read.'];
  const partial = plan.partial
    ? ['The hub keeps only the first part of this data set as Parquet: the rest can not be had this way.']
    : [];
  return [...parts, ...partial, `${who} The hub may send on to where it keeps large files.`];
}
