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
  let found: readonly unknown[] | null = null;
  // Nearly every row is known for none by its first name: nothing is made of the others.
  for (const key in value) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (found === null && isListName(key, wholeFile) && isListOfObjects(member)) found = member;
    else if (!isBeside(key)) return null;
  }
  return found?.map(entryOf) ?? null;
}

const isListOfObjects = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'object' && entry !== null);

/** The viewer of Hugging Face puts each row into an object with its number. */
export function entryOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'row_idx' in entry && 'row' in entry ? entry.row : entry;
}
