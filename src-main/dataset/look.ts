import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { TiebreakError } from '../contract/errors.ts';
import type { Encoding, Field, FoundReading, PreviewPost, ReadingChoices, Reported } from '../contract/reading.ts';

/** Stands in for the reader of all formats until that is there. It holds a whole file and knows JSON Lines of CUP IT, and tables of comments. */
export async function lookAt(path: string, choices: ReadingChoices): Promise<{ readonly found: FoundReading }> {
  return { found: (await readWhole(path, choices)).found };
}

const names: Readonly<Record<string, Field>> = {
  id: 'id',
  title: 'title',
  text: 'text',
  body: 'text',
  comment: 'comment',
  reply: 'comment',
  votes: 'votes',
  karma: 'votes',
  likes: 'votes',
  score: 'score',
  rank: 'place',
  date: 'thread',
  author: 'author',
  prompt: 'text',
};

type Left = Reported['examples'][number] & { readonly reason: string };
type Made = {
  title: string | null;
  text: string;
  context: null;
  answer: string | null;
  comments: PreviewPost['comments'][number][];
};

export async function readWhole(path: string, choices: ReadingChoices) {
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new TiebreakError('bad-input', `The file ${path} is empty.`);
  let encoding: Encoding = choices.encoding ?? 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    encoding = 'windows-1252';
    text = new TextDecoder(encoding).decode(bytes);
  }
  const left: Left[] = [];
  const posts = new Map<string, Made>();
  const lines = text.split(/\r?\n/);
  const csv = choices.separator !== undefined || !lines[0]!.startsWith('{');
  const base = { packing: 'none', encoding, looksLikeHtml: /&amp;|<p>/.test(text) && !choices.html } as const;
  const plain = (value: unknown): string =>
    choices.html
      ? String(value)
          .replace(/<[^>]+>/g, '')
          .replaceAll('&amp;', '&')
      : String(value);
  const take = (
    key: string,
    head: { title?: unknown; text: unknown },
    comment: { text: unknown; votes?: unknown; place?: unknown; author?: unknown },
  ): void => {
    const title = head.title ? plain(head.title) : null;
    const made = posts.get(key) ?? { title, text: plain(head.text), context: null, answer: null, comments: [] };
    posts.set(key, made);
    const number = (value: unknown): number | null => (value === undefined || value === '' ? null : Number(value));
    made.comments.push({
      text: plain(comment.text),
      votes: number(comment.votes),
      place: number(comment.place),
      author: comment.author ? String(comment.author) : null,
    });
  };
  const scored = (value: unknown): { votes?: unknown; place?: unknown } =>
    choices.score === 'votes' ? { votes: value } : choices.score === 'places' ? { place: value } : {};
  const seen: number[] = [];
  if (!csv) {
    for (const [at, line] of lines.entries()) {
      if (line.trim() === '') continue;
      try {
        const row = JSON.parse(line) as {
          id?: string;
          title?: string;
          text: string;
          comments: { text: string; score?: number; replies?: unknown[] }[];
        };
        for (const comment of row.comments) {
          if (comment.score !== undefined) seen.push(comment.score);
          if (comment.text === '[deleted]')
            left.push({ line: at + 1, text: '[deleted]', reason: 'comments were deleted' });
          else
            take(row.id ?? row.text, row, {
              text: comment.text,
              ...(choices.score ? scored(comment.score) : { place: comment.score }),
            });
        }
      } catch {
        left.push({ line: at + 1, text: line.slice(0, 100), reason: 'rows are no JSON' });
      }
    }
    if (posts.size === 0) throw new TiebreakError('bad-input', `It can't be told what ${path} is. Nothing came in.`);
    const score = seen.length === 0 ? null : (choices.score ?? (seen.includes(0) ? 'places' : 'undecided'));
    const found: FoundReading = {
      ...base,
      format: 'jsonl',
      separator: null,
      shape: 'posts',
      columns: [],
      score,
      scoreSays: score && `score was read as ${score}`,
      thread: null,
    };
    return { found, posts: [...posts.values()], left, bytes: bytes.length };
  }
  const separator =
    choices.separator ??
    [',', ';', '\t'].reduce((best, one) => (lines[0]!.split(one).length > lines[0]!.split(best).length ? one : best));
  const [header = [], ...rows] = parse(text, {
    delimiter: separator,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  }) as string[][];
  const map = new Map(Object.entries(choices.map ?? {}).map(([name, field]) => [name.toLowerCase(), field]));
  const fieldOf = (name: string): Field => map.get(name.toLowerCase()) ?? names[name.toLowerCase()] ?? 'nothing';
  const at = (field: Field): number => header.findIndex((name) => fieldOf(name) === field);
  const isTable = header.length > 1 && (choices.as !== undefined || (at('comment') !== -1 && at('text') !== -1));
  if (!isTable) throw new TiebreakError('bad-input', `It can't be told what ${path} is. Nothing came in.`);
  const columns = header.map((name, column) => ({
    name,
    field: fieldOf(name),
    examples: rows.slice(0, 3).map((row) => row[column] ?? ''),
  }));
  for (const [index, row] of rows.entries()) {
    const cell = (field: Field): string | undefined => row[at(field)];
    if (!cell('comment')) left.push({ line: index + 2, text: row.join(separator), reason: 'rows have no comment' });
    else {
      seen.push(Number(cell('score') ?? Number.NaN));
      const thread = at('thread') === -1 ? '' : cell('thread');
      take(
        `${cell('title')}${cell('text')}${thread}`,
        { title: cell('title'), text: cell('text') ?? '' },
        {
          text: cell('comment'),
          votes: cell('votes'),
          place: cell('place'),
          author: cell('author'),
          ...scored(cell('score')),
        },
      );
    }
  }
  const score = at('score') === -1 ? null : (choices.score ?? (Math.max(...seen) > 20 ? 'votes' : 'undecided'));
  const thread = at('thread') === -1 || map.has(header[at('thread')]!.toLowerCase()) ? null : header[at('thread')]!;
  const found: FoundReading = {
    ...base,
    format: 'csv',
    separator,
    shape: 'posts',
    columns,
    score,
    scoreSays: score && `score was read as ${score}`,
    thread,
  };
  return { found, posts: [...posts.values()], left, bytes: bytes.length };
}
