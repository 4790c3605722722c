import type { RawFact } from '../facts.ts';
import type { Shape } from './shape.ts';

/** Answers in our own format, one a row: who said what of which two comments, and all that is needed to bring it back elsewhere. */
export const labels: Shape = {
  name: 'labels',
  title: "Tiebreak's labels: answers with who gave them",
  fits: ({ values }) => (values.some(isLabel) ? 0.95 : 0),
  open: () => read,
};

type Row = Readonly<Record<string, unknown>>;

function isLabel(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'left' in value && 'right' in value && 'outcome' in value;
}

function read(value: unknown): readonly RawFact[] {
  if (!isLabel(value)) {
    const reason = 'a label has left, right and outcome';
    return [{ kind: 'left', of: 'row', why: 'not-a-label', reason, text: JSON.stringify(value) ?? '' }];
  }
  const row = value as Row;
  const { outcome, bothBad, durationMs } = row;
  const said = typeof outcome === 'string' ? outcome.trim().toLowerCase() : outcome;
  return [
    {
      kind: 'answer',
      ours: true,
      id: row.id,
      post: {
        id: row.post,
        group: row.group,
        split: row.split,
        title: row.title,
        text: row.text,
        context: row.context,
        author: row.author,
        date: row.date,
        link: row.link,
      },
      left: sideOf(row, 'left'),
      right: sideOf(row, 'right'),
      choice: bothBad === true || bothBad === 'true' ? (said === 'tie' ? 'bad' : null) : said,
      annotator: row.annotator,
      origin: row.origin,
      date: row.createdAt,
      seconds: typeof durationMs === 'number' || isText(durationMs) ? Number(durationMs) / 1000 : durationMs,
      note: row.note,
      again: row.again,
      revoked: row.revokedAt,
      ...(Array.isArray(row.models) ? { models: row.models } : {}),
      margin: row.margin,
      chosenBy: row.chosenBy,
      chance: row.chance,
      much: row.much,
      question: row.question,
      verdict: row.verdict,
    },
  ];
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

function sideOf(row: Row, side: 'left' | 'right') {
  return { text: row[side], author: row[`${side}Author`], date: row[`${side}Date`], link: row[`${side}Link`] };
}
