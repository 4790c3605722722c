import { asText } from '../as-text.ts';
import type { RawFact, RawPost } from '../facts.ts';
import { annotationOf } from './annotation.ts';
import { promptText } from './conversation.ts';
import { type Entry, isEntry, isSaid, leftOut, named, noEntry, numberIn, saidOnly, sure, unpacked } from './entries.ts';
import { answerOf, factsOfRanking, type Ranker } from './ranked.ts';
import type { Shape } from './shape.ts';
import { promptNameIn, twoNamesIn } from './two-texts.ts';
import { verdictIn } from './verdict.ts';

/** Potato: what one person said of one instance, as a comparison of two, the best and the worst, or a ranking. */

/** Names of columns: 'preference.selection' of exports, 'preference:::A' of earlier versions. */
const column = /^(.+?)(?:\.|:::)(.+)$/;

/** Each question with what was said, by the names of its parts. */
function questionsIn(row: Entry): ReadonlyMap<string, Entry> {
  const nested = unpacked(row.label_annotations ?? row.labels ?? row.annotation);
  const questions = new Map<string, Entry>();
  for (const [name, value] of Object.entries(isEntry(nested) ? nested : {})) {
    questions.set(name, isEntry(value) ? value : { [asText(value)]: true });
  }
  for (const [name, value] of Object.entries(row)) {
    const found = column.exec(name);
    if (found !== null && isSaid(value)) questions.set(found[1]!, { ...questions.get(found[1]!), [found[2]!]: value });
  }
  return questions;
}

/** 'A. first<br>B. second' as Potato shows a list. */
function shownList(text: unknown): readonly string[] | null {
  if (typeof text !== 'string') return null;
  const parts = text.split(/(?:^|<br\s*\/?>|\n)\s*([A-Z])[.)]\s+/);
  const inOrder =
    parts.length >= 5 && parts.every((part, at) => at % 2 === 0 || part === String.fromCharCode(65 + (at - 1) / 2));
  return inOrder ? parts.filter((_, at) => at > 0 && at % 2 === 0).map((part) => part.trim()) : null;
}

type Texts = { readonly post: RawPost; readonly items: readonly unknown[] };

/** The texts that were compared and what they answer, where a row holds them. */
function textsIn(row: Entry): Texts | null {
  const lists = Object.entries(row).map(([name, value]) => [name, unpacked(value)] as const);
  const list = lists.find(
    ([, value]) =>
      Array.isArray(value) &&
      value.length > 1 &&
      value.every((one) => typeof one === 'string' || (isEntry(one) && 'text' in one)),
  );
  const skipped = ['instance_id', 'id', 'user_id', 'user', 'displayed_text', 'span_annotations', 'behavioral_data'];
  const postBy = (taken: readonly string[]): RawPost => {
    const free = Object.fromEntries(
      Object.entries(row).filter(([name]) => !skipped.includes(name) && !column.test(name)),
    );
    const name = promptNameIn(free, taken);
    // Without a text of its own the instance is known by its name.
    const id = row.instance_id ?? row.id;
    return name === null
      ? saidOnly({ id: isSaid(id) ? `potato:${asText(id)}` : undefined })
      : { text: promptText(unpacked(row[name])) };
  };
  if (list !== undefined) {
    const items = (list[1] as readonly unknown[]).map((one) => (isEntry(one) ? one.text : one));
    return { post: postBy([list[0]]), items };
  }
  const two = twoNamesIn(row) ?? ('left' in row && 'right' in row ? { left: 'left', right: 'right' } : null);
  if (two !== null) return { post: postBy([two.left, two.right]), items: [row[two.left], row[two.right]] };
  const shown = shownList(row.displayed_text) ?? shownList(row.text);
  return shown === null ? null : { post: postBy(['text']), items: shown };
}

/** Where in the list 'B' or '2' stands. */
function placeOf(name: unknown, count: number): number | null {
  const word = asText(name).trim().toLowerCase();
  const place = /^[a-z]$/.test(word) ? word.charCodeAt(0) - 97 : /^\d+$/.test(word) ? Number(word) - 1 : -1;
  return place >= 0 && place < count ? place : null;
}

/** What was said to one question, or null where it is no comparison. */
function factsOfQuestion(
  said: Entry,
  { post, items }: Texts,
  who: Ranker & { note?: unknown },
): readonly RawFact[] | null {
  const comment = (place: number) => ({ text: items[place] ?? null });
  if (isSaid(said.best) || isSaid(said.worst)) return factsOfBestWorst(said, { post, items }, who);
  if (isSaid(said.rank_order)) return factsOfOrder(asText(said.rank_order), { post, items }, who);
  if (items.length !== 2) return null;
  const scale = numberIn(said.scale_value);
  if (scale !== null) {
    const choice = scale < 0 ? 'left' : scale > 0 ? 'right' : 'tie';
    return [
      answerOf(post, comment(0), comment(1), choice, { ...who, margin: scale === 0 ? undefined : Math.abs(scale) }),
    ];
  }
  const chosen = Object.entries(said).filter(
    ([, value]) => isSaid(value) && value !== false && value !== 0 && value !== '0',
  );
  if (chosen.length !== 1 && !isSaid(said.selection)) return null;
  const [name, value] = chosen[0] ?? [];
  const choice = isSaid(said.selection) ? verdictIn(said.selection) : (verdictIn(name) ?? verdictIn(value));
  return choice === null ? null : [answerOf(post, comment(0), comment(1), choice, who)];
}

/** The best is better than each other, and each other than the worst. */
function factsOfBestWorst(said: Entry, { post, items }: Texts, who: Ranker): readonly RawFact[] | null {
  const [best, worst] = [placeOf(said.best, items.length), placeOf(said.worst, items.length)];
  if ((best === null && worst === null) || best === worst) return null;
  const placed = items.map((text, at) => ({ text: text ?? null, place: at === best ? 0 : at === worst ? 2 : 1 }));
  return placed.flatMap((left, at) =>
    placed
      .slice(at + 1)
      .flatMap((right): readonly RawFact[] =>
        left.place === right.place
          ? []
          : [
              answerOf(
                post,
                { text: left.text },
                { text: right.text },
                left.place < right.place ? 'left' : 'right',
                who,
              ),
            ],
      ),
  );
}

/** 'B,D=A,C': the best first, '=' between those that tie. */
function factsOfOrder(order: string, { post, items }: Texts, who: Ranker): readonly RawFact[] | null {
  const places = new Map<number, number>();
  order.split(',').forEach((group, place) => {
    for (const name of group.split('=')) {
      const at = placeOf(name, items.length);
      if (at !== null) places.set(at, place);
    }
  });
  if (places.size < 2) return null;
  return factsOfRanking(
    post,
    items.map((text, at) => ({ comment: { text: text ?? null }, place: places.get(at) })),
    who,
  );
}

/** 'Time spent: 0d 0h 1m 12s', or a number of seconds. */
function secondsOf(behavior: unknown): number | undefined {
  const inner = unpacked(behavior);
  if (!isEntry(inner)) return undefined;
  const seconds = numberIn(inner.time_spent ?? inner.total_time_seconds);
  if (seconds !== null) return seconds;
  const found = /(\d+)d (\d+)h (\d+)m (\d+)s/.exec(asText(inner.time_string ?? ''));
  if (found === null) return undefined;
  const [days, hours, minutes, rest] = found.slice(1).map(Number);
  return ((days! * 24 + hours!) * 60 + minutes!) * 60 + rest!;
}

function factsOf(row: Entry): readonly RawFact[] {
  const questions = questionsIn(row);
  if (questions.size === 0) return [leftOut('row', 'no-annotation', 'instances that nobody has answered', row)];
  const texts = textsIn(row);
  if (texts === null) {
    return [leftOut('row', 'no-texts', 'names an instance without its texts: join it with the file of instances', row)];
  }
  const about = annotationOf(named(row));
  const who = {
    ...saidOnly({ seconds: secondsOf(row.behavioral_data), pair: row.instance_id ?? row.id }),
    ...saidOnly({ annotator: about.annotator, date: about.date }),
  };
  const read = [...questions].map(([question, said]) => ({ question, said, facts: factsOfQuestion(said, texts, who) }));
  const comparisons = read.filter(({ facts }) => facts !== null);
  // Of several comparisons of the same texts that of the whole counts, or else the first.
  const main = comparisons.find(({ question }) => /overall|prefer/i.test(question)) ?? comparisons[0];
  return read.flatMap(({ question, said, facts }): readonly RawFact[] => {
    if (facts === null) return [leftOut('answer', 'no-comparison', 'compares nothing', { [question]: said })];
    return question === main?.question
      ? facts
      : [
          leftOut('answer', 'another-question', 'to another question about the same texts', {
            [question]: said,
          }),
        ];
  });
}

const isInstance = (row: Entry): boolean =>
  ('label_annotations' in row && ('displayed_text' in row || 'instance_id' in row || 'span_annotations' in row)) ||
  ('instance_id' in row &&
    ('user_id' in row || 'user' in row) &&
    (isEntry(row.labels) || Object.keys(row).some((name) => column.test(name))));

export const potato: Shape = {
  name: 'potato',
  title: 'Potato: comparisons, best and worst, and rankings by people',
  fits: (sample) => sure(sample, 0.98, isInstance),
  open: () => (value) => (isEntry(value) ? factsOf(value) : [noEntry(value)]),
};
