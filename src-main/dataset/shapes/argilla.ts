import { append } from '../../common/lists.ts';
import { asText } from '../as-text.ts';
import type { RawFact } from '../facts.ts';
import { conversationText, messagesIn, promptText } from './conversation.ts';
import { type Entry, isEntry, isSaid, leftOut, noEntry, plainName, saidOnly, sure, unpacked } from './entries.ts';
import { answerOf, factsOfRanking } from './ranked.ts';
import type { Shape } from './shape.ts';
import { promptNameIn } from './two-texts.ts';
import { verdictIn } from './verdict.ts';

/** Argilla's records with their rankings: of version 1 and 2, nested or as columns. Each person's ranking is an answer for each two. */

/** One person's response to one question. */
type Response = {
  readonly question: string;
  readonly value: unknown;
  readonly user: unknown;
  readonly status: unknown;
};

const columnsOf = /^(.+)\.responses$/;

/** The responses of a record, wherever its version has them. */
function responsesIn(row: Entry): readonly Response[] {
  const nested = unpacked(row.responses);
  if (Array.isArray(nested)) return nested.flatMap(responsesOfPerson);
  const found: Response[] = isEntry(nested)
    ? Object.entries(nested).flatMap(([question, list]) => responsesOf(question, list))
    : [];
  for (const [name, value] of Object.entries(row)) {
    const question = columnsOf.exec(name)?.[1];
    if (question !== undefined) append(found, responsesOfColumns(row, question, unpacked(value)));
    // Version 1 on the hub: a column with the question's name, which holds who said what.
    else if (name !== 'responses' && isAnswerList(unpacked(value))) append(found, responsesOf(name, unpacked(value)));
  }
  return found;
}

const isAnswerList = (value: unknown): value is readonly Entry[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => isEntry(one) && 'user_id' in one && 'value' in one);

function responsesOfPerson(response: unknown): readonly Response[] {
  if (!isEntry(response)) return [];
  const values = isEntry(response.values) ? response.values : {};
  return Object.entries(values).map(([question, answer]) => ({
    question,
    value: isEntry(answer) && 'value' in answer ? answer.value : answer,
    user: response.user_id,
    status: response.status,
  }));
}

const responsesOf = (question: string, list: unknown): readonly Response[] =>
  (Array.isArray(list) ? list : []).map((one: unknown) =>
    isEntry(one)
      ? { question, value: one.value, user: one.user_id ?? one.user, status: one.status }
      : { question, value: one, user: undefined, status: undefined },
  );

function responsesOfColumns(row: Entry, question: string, values: unknown): readonly Response[] {
  const at = (suffix: string, place: number): unknown => {
    const list = unpacked(row[`${question}.responses.${suffix}`]);
    return Array.isArray(list) ? list[place] : undefined;
  };
  return (Array.isArray(values) ? values : []).map((value: unknown, place) => ({
    question,
    value,
    user: at('users', place),
    status: at('status', place),
  }));
}

type Placed = { readonly name: string; readonly place: unknown };

/** A ranking's names with their places: in order, or with a rank each, or as two lists. Null where it is none. */
function placesIn(value: unknown): readonly Placed[] | null {
  if (isEntry(value) && Array.isArray(value.value) && Array.isArray(value.rank)) {
    const ranks = value.rank as readonly unknown[];
    return value.value.map((name: unknown, at) => ({ name: asText(name), place: ranks[at] }));
  }
  if (!Array.isArray(value) || value.length < 2) return null;
  if (value.every((one) => typeof one === 'string')) return value.map((name, place) => ({ name, place }));
  if (value.every((one) => isEntry(one) && 'value' in one)) {
    return value.map((one: Entry, at) => ({ name: asText(one.value), place: one.rank ?? at }));
  }
  return null;
}

const fieldText = (value: unknown): unknown => {
  const messages = messagesIn(value);
  return messages === null ? (value ?? null) : messages.length === 1 ? messages[0]!.text : conversationText(messages);
};

/** The field that an option of a ranking stands for: of its name, or the first, second... of those that could be. */
function fieldOf(option: string, fields: Entry): string | undefined {
  const plain = plainName(option);
  const names = Object.keys(fields);
  const exact = names.find((name) => plainName(name) === plain);
  if (exact !== undefined) return exact;
  const number =
    /^(?:\D*)(\d+)$/.exec(option)?.[1] ?? (/^[a-z]$/.test(plain) ? String(plain.charCodeAt(0) - 96) : undefined);
  return number === undefined ? undefined : names.find((name) => plainName(name).endsWith(number) && /\D/.test(name));
}

/** What one response says; null where its question is no comparison. */
function factsOfResponse(response: Response, fields: Entry, record: unknown): readonly RawFact[] | null {
  const who = saidOnly({ annotator: response.user, pair: record });
  const placed = placesIn(unpacked(response.value));
  if (placed === null) return factsOfLabel(response, fields, who);
  const found = placed.map(({ name, place }) => ({ field: fieldOf(name, fields), place, name }));
  const lost = found
    .filter(({ field }) => field === undefined)
    .map(({ name }) => leftOut('comment', 'option-unknown', 'an option that no field of the record holds', name));
  const items = found.flatMap(({ field, place }) =>
    field === undefined ? [] : [{ comment: { text: fieldText(fields[field]) }, place }],
  );
  const taken = found.flatMap(({ field }) => (field === undefined ? [] : [field]));
  return items.length < 2 ? lost : [...factsOfRanking(postOf(fields, taken), items, who), ...lost];
}

/** A question with a label for each of two fields, or one for a tie. */
function factsOfLabel(response: Response, fields: Entry, who: Entry): readonly RawFact[] | null {
  if (typeof response.value !== 'string') return null;
  const two = Object.keys(fields).filter((name) => /\d$|[_-]?[ab]$/i.test(name));
  if (two.length !== 2) return null;
  const at = two.findIndex((name) => plainName(name) === plainName(response.value as string));
  const choice = at === 0 ? 'left' : at === 1 ? 'right' : verdictIn(response.value);
  if (choice === null) return null;
  return [
    answerOf(
      postOf(fields, two),
      { text: fieldText(fields[two[0]!]) },
      { text: fieldText(fields[two[1]!]) },
      choice,
      who,
    ),
  ];
}

function postOf(fields: Entry, taken: readonly string[]): { text: unknown; context?: unknown; title?: unknown } {
  const name = promptNameIn(fields, taken) ?? Object.keys(fields).find((one) => !taken.includes(one));
  const more = saidOnly({
    title: fields.title,
    context: name === 'context' || taken.includes('context') ? undefined : fields.context,
  });
  return {
    text: name === undefined ? undefined : promptText(fieldText(fields[name])),
    ...(name === 'title' ? {} : more),
  };
}

/** A record's fields: apart from the rest, or its columns that are neither answers nor about the record. */
const fieldsIn = (row: Entry): Entry => {
  const fields = unpacked(row.fields);
  if (isEntry(fields)) return fields;
  const about = [
    'id',
    'externalid',
    'metadata',
    'status',
    'serverid',
    'vectors',
    'insertedat',
    'updatedat',
    'responses',
    'suggestions',
  ];
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name, value]) =>
        !about.includes(plainName(name)) &&
        !/\.(responses|suggestion)|-suggestion|\.score$/.test(name) &&
        isSaid(value) &&
        !isAnswerList(unpacked(value)) &&
        (typeof value === 'string' || messagesIn(value) !== null),
    ),
  );
};

function factsOf(row: Entry): readonly RawFact[] {
  const fields = fieldsIn(row);
  const responses = responsesIn(row);
  if (responses.length === 0) return [leftOut('row', 'no-responses', 'records that nobody has answered', fields)];
  const rankings = new Set<string>();
  return responses.flatMap((response): readonly RawFact[] => {
    const status = asText(response.status ?? 'submitted').toLowerCase();
    if (status === 'discarded' || status === 'draft') {
      return [leftOut('answer', status, status === 'draft' ? 'a draft' : 'discarded', response)];
    }
    const facts = factsOfResponse(response, fields, row.id ?? row.external_id);
    if (facts === null) return [leftOut('answer', 'no-comparison', 'compares nothing', response)];
    rankings.add(response.question);
    if (rankings.size > 1 && [...rankings][0] !== response.question) {
      return [leftOut('answer', 'another-question', 'to another question about the same texts', response)];
    }
    return facts;
  });
}

const isNested = (row: Entry): boolean => {
  const responses = unpacked(row.responses);
  return isEntry(unpacked(row.fields)) && (Array.isArray(responses) || isEntry(responses));
};
const isFlat = (row: Entry): boolean =>
  Object.keys(row).some((name) => columnsOf.test(name) && `${name}.users` in row) ||
  (('external_id' in row || 'metadata' in row) && Object.values(row).some((value) => isAnswerList(unpacked(value))));

export const argilla: Shape = {
  name: 'argilla',
  title: 'Argilla: records with rankings by people',
  fits: (sample) => Math.max(sure(sample, 1, isNested), sure(sample, 0.97, isFlat)),
  open: () => (value) => (isEntry(value) ? factsOf(value) : [noEntry(value)]),
};
