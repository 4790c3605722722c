import Database from 'better-sqlite3';

/** What is read of a table whose pages may be damaged, and where nothing could be read. */
export type Salvaged = {
  readonly read: number;
  /** Numbers of rows that can't be read, from and to; of a table without such numbers only that there are some. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
  readonly broken: boolean;
};
export type Row = Readonly<Record<string, unknown>>;

const atOnce = 500;
/** Rows that are stepped over at a time where a page can't be read: it holds many. */
const stride = 16;

/** Hands out all rows of a table that can be read, in the order of their numbers. */
export function salvageNumbered(db: Database.Database, table: string, keep: (row: Row) => boolean): Salvaged {
  const gaps: [number, number][] = [];
  let read = 0;
  const lose = (from: number, to: number): void => {
    const last = gaps.at(-1);
    if (last && last[1] + 1 >= from) last[1] = Math.max(last[1], to);
    else gaps.push([from, to]);
  };
  const from = readable(() =>
    db.prepare(`SELECT rowid AS number, * FROM ${table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT ?`),
  );
  if (!from.ok) return { read, gaps, broken: true };
  const one = db.prepare(`SELECT rowid AS number FROM ${table} NOT INDEXED WHERE rowid = ?`);
  const end = lastNumber(db, table, from.value);
  const hand = (found: readonly Row[]): void => {
    for (const { number, ...row } of found) {
      if (keep(row)) read += 1;
      else lose(number as number, number as number);
    }
  };
  for (let at = 1; at <= end; ) {
    const many = readable(() => from.value.all(at, atOnce) as Row[]);
    const found = many.ok ? many : readable(() => from.value.all(at, 1) as Row[]);
    if (found.ok) {
      if (found.value.length === 0) break;
      hand(found.value);
      at = (found.value.at(-1)!.number as number) + 1;
      continue;
    }
    // The row itself may be whole, and what lies behind it not.
    let next = at + 1;
    while (next <= end && !readable(() => one.get(next)).ok) next += stride;
    for (let back = Math.max(at + 1, next - stride + 1); back < next; back++) {
      if (!readable(() => one.get(back)).ok) continue;
      next = back;
      break;
    }
    lose(at, Math.min(next - 1, end));
    at = next;
  }
  return { read, gaps, broken: gaps.length > 0 };
}

/** The same for a table without numbers: from its beginning, and from its end, as far as that goes. */
export function salvageKeyed(
  db: Database.Database,
  table: string,
  keys: readonly string[],
  keep: (row: Row) => boolean,
): Salvaged {
  let read = 0;
  const through = (order: 'ASC' | 'DESC'): boolean =>
    readable(() => {
      const sql = `SELECT * FROM ${table} ORDER BY ${keys.map((key) => `"${key}" ${order}`).join(', ')}`;
      for (const row of db.prepare(sql).iterate() as Iterable<Row>) if (keep(row)) read += 1;
    }).ok;
  const broken = !through('ASC');
  if (broken) through('DESC');
  return { read, gaps: [], broken };
}

/** At least the highest number of a row. */
function lastNumber(db: Database.Database, table: string, from: Database.Statement): number {
  const known = readable(() => db.prepare(`SELECT max(rowid) FROM ${table}`).pluck().get() as number | null);
  if (known.ok) return known.value ?? 0;
  let end = 1;
  for (;;) {
    const found = readable(() => from.get(end, 1) as Row | undefined);
    if (!found.ok || !found.value) return end * 2;
    end = 2 * (found.value.number as number);
  }
}

/** What a damaged page may keep from being read. Anything else is thrown. */
function readable<T>(read: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Database.SqliteError) return { ok: false };
    throw error;
  }
}
