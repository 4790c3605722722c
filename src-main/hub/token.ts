import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';

/** A person's token for the hub. It is in no field of this, so nothing that prints or keeps the object prints or keeps it. */
export type HubToken = {
  /** Where it was found: the name of a variable, or the path of a file. */
  readonly from: string;
  /** The value of the header that shows it to the hub. */
  readonly header: () => string;
  /** The text with every copy of the token taken out. */
  readonly without: (text: string) => string;
};

/** The variables of the hub's own libraries, the one that counts first. */
const variables = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'] as const;

/**
 * The token of the person who asks, from where the hub's own libraries look for it: a variable of the environment, or the file that
 * `hf auth login` writes. https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 * @throws TiebreakError where there is none, or what is there is none
 */
export async function findToken(environment: NodeJS.ProcessEnv = process.env): Promise<HubToken> {
  for (const from of variables) {
    const value = environment[from]?.trim();
    if (value) return tokenOf(value, from);
  }
  const path = tokenFile(environment);
  const value = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (value) return tokenOf(value, path);
  const message = `There is no token for the hub, neither in HF_TOKEN nor in ${path}. Nothing was sent: make one that may write (on huggingface.co, under Settings, Access Tokens), and start Tiebreak with it in HF_TOKEN, or keep it by 'hf auth login'.`;
  throw new TiebreakError('not-found', message);
}

function tokenFile(environment: NodeJS.ProcessEnv): string {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = environment;
  if (HF_TOKEN_PATH) return atHome(HF_TOKEN_PATH);
  if (HF_HOME) return join(atHome(HF_HOME), 'token');
  return join(XDG_CACHE_HOME ? atHome(XDG_CACHE_HOME) : join(homedir(), '.cache'), 'huggingface', 'token');
}

const atHome = (path: string): string => (/^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path);

function tokenOf(value: string, from: string): HubToken {
  if (!/^[\x21-\x7e]{1,1000}$/.test(value)) {
    const message = `What stands in ${from} is no token for the hub: it is one word of letters and digits. Nothing was sent.`;
    throw new TiebreakError('bad-input', message);
  }
  return { from, header: () => `Bearer ${value}`, without: (text) => text.replaceAll(value, '…') };
}
