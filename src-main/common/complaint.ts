/** What zod says of an input, as far as it goes into words. */
export type Issue = {
  readonly code?: string;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly message: string;
  readonly expected?: unknown;
  readonly values?: readonly unknown[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly origin?: string;
  readonly keys?: readonly string[];
  readonly divisor?: number | bigint;
  readonly errors?: readonly (readonly Issue[])[];
  readonly issues?: readonly Issue[];
};

/**
 * What is wrong with an input, in a few plain words without a full stop: 'comments[1].text is missing', 'goal is below 1'.
 * @param error zod's, or whatever holds its issues
 * @param whole what the input as a whole is called
 */
export function complaint({ issues }: { readonly issues: readonly Issue[] }, whole = 'The input'): string {
  const issue = issues[0];
  if (!issue) return `${whole} can't be read`;
  const path = (issue.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${path.replace(/^\./, '') || whole} ${says(issue)}`;
}

function says(issue: Issue): string {
  // Schemas may say it themselves; what is of another type is said to be.
  if (issue.code !== 'invalid_type' && /^(is|has|holds|must|can't|does) /.test(issue.message)) return issue.message;
  const { minimum, maximum, origin, inclusive = true } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'is missing' : `is not ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return issue.values?.length === 1 ? `is not ${issue.values[0]}` : `is not one of ${issue.values?.join(', ')}`;
    case 'too_small':
      if (origin === 'string') return minimum === 1 ? 'is empty' : `is shorter than ${minimum} characters`;
      if (origin === 'array' || origin === 'set')
        return minimum === 1 ? 'is empty' : `has fewer than ${minimum} entries`;
      return inclusive ? `is below ${minimum}` : `is not above ${minimum}`;
    case 'too_big':
      if (origin === 'string') return `is longer than ${maximum} characters`;
      if (origin === 'array' || origin === 'set') return `has more than ${maximum} entries`;
      return inclusive ? `is above ${maximum}` : `is not below ${maximum}`;
    case 'not_multiple_of':
      return `is not a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `holds what is not known: ${issue.keys?.join(', ')}`;
    case 'invalid_format':
      return 'is not written as it has to be';
    case 'invalid_union': {
      const first = issue.errors?.find((inner) => inner.length > 0)?.[0];
      return first && (first.path ?? []).length === 0 ? says(first) : 'is none of what it may be';
    }
    case 'custom':
      return issue.message === 'Invalid input' ? 'is not allowed' : issue.message;
    default:
      return 'has a wrong value';
  }
}

function withArticle(type: unknown): string {
  const names: Readonly<Record<string, string>> = {
    array: 'list',
    string: 'text',
    int: 'whole number',
    record: 'object',
  };
  if (type === 'boolean') return 'true or false';
  const name = names[String(type)] ?? String(type);
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
