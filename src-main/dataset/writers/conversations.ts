import type { WrittenPair } from './pairs.ts';

/** One message of a conversation. */
type Message = { readonly role: 'user' | 'assistant'; readonly content: string };

/** One preference as TRL reads conversations: lists of messages, which it puts into a model's own chat template. */
export function conversationLine({ prompt, chosen, rejected, margin }: WrittenPair): string {
  const row = { prompt: [user(prompt)], chosen: [assistant(chosen)], rejected: [assistant(rejected)], margin };
  return `${JSON.stringify(row)}\n`;
}

/** What somebody asked. */
export const user = (content: string): Message => ({ role: 'user', content });

/** What was answered. */
export const assistant = (content: string): Message => ({ role: 'assistant', content });
