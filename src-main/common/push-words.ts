/** What sending a model to the hub sends, in words: the same in the terminal and in the app. */
import type { PushPlan, PushReport } from '../contract/pushing.ts';
import { duration, size } from './words.ts';

/** Who can see what is sent. */
const seenBy = (isPublic: boolean): string =>
  isPublic ? 'public: everybody can see and fetch it' : 'private: only you, or your organisation, can see it';

/** What leaves the machine, and where to. */
export const pushHead = ({ model, repository, host, public: isPublic, bytes, license }: PushPlan): string =>
  `These files of ${model} leave this machine for ${host}/${repository} (${seenBy(isPublic)}): ${size(bytes)}, licence ${license}.`;

/** What goes along and what does not, in whole sentences. */
export const pushRemarks = ({ host, tokenFrom }: PushPlan): readonly string[] => [
  'No post, comment, answer or name of yours is among them. But weights and vocabulary were learned from texts, and can give parts of them away.',
  `The token in ${tokenFrom} is shown to ${host} alone, and kept nowhere. Large files go to where ${host} keeps them.`,
  'Where the repository is there already, files of the same names are replaced.',
];

/** Where it is now. */
export function pushedInWords({ model, address, public: isPublic, bytes, sent, seconds }: PushReport): string {
  const there = bytes > sent ? `, of which ${size(bytes - sent)} were up already` : '';
  return `${model} is at ${address} (${isPublic ? 'public' : 'private'}): ${size(bytes)} in ${duration(seconds)}${there}.`;
}
