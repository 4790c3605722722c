/** What an object that only holds a list may call it: answers of APIs, exports. */
const lists = new Set(['data', 'items', 'rows', 'results', 'hits', 'records', 'entries']);
/** Names that a record gives to lists of its own as well: they count for the object that is the whole file. */
const listsOfFiles = new Set([
  'comments',
  'posts',
  'threads',
  'submissions',
  'examples',
  'instances',
  'samples',
  'tasks',
]);
/** What stands beside such a list and is no content. */
const besides = new Set(
  `kind etag next previous prev nextPageToken prevPageToken pageInfo page pages per_page page_size count total num_results
  has_more quota_max quota_remaining backoff num_rows_total num_rows_per_page partial features meta metadata links _links
  success status status_code code message error errors offset limit cursor next_cursor version license info license_info hitsPerPage nbHits nbPages
  exhaustive exhaustiveNbHits exhaustiveTypo query params processingTimeMS processingTimingsMS serverTimeMS regionCode eventId
  visitorId after before dist took timed_out schema generated_at exported_at created_at`.split(/\s+/),
);

export const isListName = (key: string, wholeFile: boolean): boolean =>
  lists.has(key) || (wholeFile && listsOfFiles.has(key));
export const isBeside = (key: string): boolean => besides.has(key);

/**
 * The entries of an object that holds a list of objects and nothing else of its own; null for any other value.
 * @param wholeFile whether it stands at the top of the file
 */
export function entriesOf(value: unknown, wholeFile: boolean): readonly unknown[] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return entriesOfList(value, wholeFile) ?? (wholeFile ? entriesOfTable(value as Members) : null);
}

function entriesOfList(value: object, wholeFile: boolean): readonly unknown[] | null {
  let found: readonly unknown[] | null = null;
  // Nearly every row is known for none by its first name: nothing is made of the others.
  for (const key in value) {
    const member = (value as Members)[key];
    const entries: readonly unknown[] | null =
      found === null && isListName(key, wholeFile) ? entriesIn(member, wholeFile) : null;
    if (entries !== null) found = entries;
    else if (!isBeside(key)) return null;
  }
  return found?.map(entryOf) ?? null;
}

/** The entries of a list, or of an object that wraps one once more. */
function entriesIn(member: unknown, wholeFile: boolean): readonly unknown[] | null {
  if (isListOfObjects(member)) return member;
  return wholeFile && isObject(member) ? entriesOfList(member, wholeFile) : null;
}

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of an object that is a whole table, as data frames write them, or of posts by their ids; null for any other. */
function entriesOfTable(value: Members): readonly unknown[] | null {
  const { columns, data } = value;
  if (Array.isArray(columns) && Array.isArray(data) && data.every(Array.isArray)) {
    const row = listedRows();
    row(columns);
    return data.map(row);
  }
  const members = Object.entries(value);
  const first = members[0]?.[1];
  if (!isObject(first) || !members.every(([, member]) => isObject(member))) return null;
  const names = Object.keys(first);
  if (names.length === 0) return null;
  const rows = members as [string, Members][];
  if (names.every((name) => /^\d+$/.test(name))) {
    const areColumns = rows.length > 1 && rows.every(([, cells]) => Object.keys(cells).length === names.length);
    return areColumns
      ? names.map((name) => Object.fromEntries(rows.map(([column, cells]) => [column, cells[name]])))
      : null;
  }
  // Rows by their ids or numbers have the same fields, two of them at least.
  const alike =
    names.length > 1 &&
    rows.length > 1 &&
    rows.every(([, row]) => names.filter((name) => name in row).length * 2 > names.length);
  if (!alike) return null;
  return rows.map(([id, row]) => (Object.values(row).some(Array.isArray) && !('id' in row) ? { id, ...row } : row));
}

/** Rows that are lists, the first of them with the names of the others' cells: null for that one, and other values as they are. */
export function listedRows(): (value: unknown) => unknown {
  let names: readonly string[] | null | undefined;
  return (value) => {
    if (names === undefined) {
      names =
        Array.isArray(value) && value.length > 1 && value.every((name) => typeof name === 'string') ? value : null;
      return names === null ? value : null;
    }
    if (names === null || !Array.isArray(value)) return value;
    return Object.fromEntries(names.map((name, at) => [name, value[at] as unknown]));
  };
}

const isListOfObjects = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'object' && entry !== null);

/** The viewer of Hugging Face puts each row into an object with its number. */
export function entryOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'row_idx' in entry && 'row' in entry ? entry.row : entry;
}
