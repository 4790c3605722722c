import { parseArgs } from 'node:util';
import open from 'open';
import { folderOfApp } from '../../projects/which.ts';
import { addressOfOpenDoor } from '../browser/word.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Opens the app that is open on the data folder already, in a browser that it may not know yet. Gives whether there is one. */
export async function visitOpenDoor(): Promise<boolean> {
  const options = { home: { type: 'string' }, project: { type: 'string' }, 'no-open': { type: 'boolean' } } as const;
  const { values } = parseArgs({ options, strict: false });
  const given = (name: 'home' | 'project') => (typeof values[name] === 'string' ? values[name] : undefined);
  const address = await addressOfOpenDoor(folderOfApp({ home: given('home'), project: given('project') }));
  if (address === null) return false;
  const unheard = ['watch', 'port'].filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  say('Tiebreak is open on this data folder already, at this address. It opens once, in one browser:');
  say(address);
  if (unheard.length > 0) say(`It goes on as it was started: ${unheard.join(' and ')} changed nothing.`);
  if (!values['no-open']) await open(address).catch(() => {});
  return true;
}
