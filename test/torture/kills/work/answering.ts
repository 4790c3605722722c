import { rowsIn } from '../look.ts';
import type { AtWork, Work } from '../work.ts';

const answers = 30;

async function answer(
  { client }: AtWork,
  tell: (told: { readonly kept?: string; readonly revoked?: string }) => void,
): Promise<void> {
  for (let n = 0; n < answers; n++) {
    const { pairs } = await client.answers.nextPairs({ tab: 'tab', count: 1 });
    const pair = pairs[0];
    if (!pair) return;
    const key = crypto.randomUUID();
    const { post, left, right } = pair;
    await client.answers.add({
      tab: 'tab',
      key,
      postId: post.id,
      leftId: left.id,
      rightId: right.id,
      choice: n % 2 === 0 ? 'left' : 'tie',
    });
    tell({ kept: key });
    if (n % 5 !== 4) continue;
    await client.answers.revoke({ key, tab: 'tab' });
    tell({ revoked: key });
  }
}

/** Answers, of which some are taken back. Each that was told as kept is there, none twice, and none that is not known of but the last. */
export const answering: Work = {
  share: 250,
  engine: false,
  perform: answer,
  missing: ({ app }, told) => {
    const found = rowsIn(
      app.home,
      "SELECT key, label_id IS NOT NULL AS revoked FROM labels LEFT JOIN revocations ON label_id = labels.id WHERE origin <> 'import' AND annotator = 'me'",
    ) as { key: string; revoked: 0 | 1 }[];
    const there = new Map(found.map(({ key, revoked }) => [key, revoked === 1]));
    const kept = told.flatMap(({ kept }) => (typeof kept === 'string' ? [kept] : []));
    const revoked = told.flatMap((one) => (typeof one.revoked === 'string' ? [one.revoked] : []));
    return [
      ...kept.filter((key) => !there.has(key)).map((key) => `The answer ${key} was told as kept and is not there.`),
      ...revoked
        .filter((key) => there.get(key) === false)
        .map((key) => `The answer ${key} was taken back and still counts.`),
      ...(found.length > kept.length + 1
        ? [`There are ${found.length} answers, and ${kept.length} were told as kept.`]
        : []),
    ];
  },
  goOn: (at) => answer(at, () => undefined),
  outcome: () => undefined,
};
