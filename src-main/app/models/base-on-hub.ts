import type { KeptModel } from '../../store/models.ts';

/** What the encoders of this program are called on the hub, where they are there. */
const encodersOnHub: Readonly<Record<string, string>> = { minilm: 'sentence-transformers/all-MiniLM-L6-v2' };

/** Of what a model came from, so many letters are kept: a longer name may be cut off. */
const longestOrigin = 60;

type Descended = Pick<KeptModel, 'name' | 'base' | 'encoder' | 'trainedOn'>;

/**
 * The model on the hub that one goes back to, by the names of those that it started from; null where it goes back to none. A model that was
 * fetched says so in what it was trained on, and only there stands a name with its owner.
 */
export function baseOnHub(all: readonly Descended[], model: Descended): string | null {
  const seen = new Set<string>();
  for (let at: Descended | undefined = model; at && !seen.has(at.name); ) {
    seen.add(at.name);
    const [, fetched] = /^elsewhere \(([\w.-]+\/[\w.-]+)\)$/.exec(at.trainedOn) ?? [];
    if (fetched !== undefined) return fetched.length < longestOrigin ? fetched : null;
    const { base, encoder }: Descended = at;
    if (encoder !== null && Object.hasOwn(encodersOnHub, encoder)) return encodersOnHub[encoder]!;
    at = all.find(({ name }) => name === (base ?? encoder));
  }
  return null;
}
