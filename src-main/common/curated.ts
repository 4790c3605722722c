import type { CurationKind } from '../contract/records.ts';

/** Things that a person may have pinned or excluded as they are shown: pinned ones first, then the others, excluded ones last, each in the order in which they came. */
export function asCurated<T>(all: readonly T[], kindOf: (one: T) => CurationKind | undefined): readonly T[] {
  const of = Object.groupBy(all, (one) => kindOf(one) ?? 'others');
  return [...(of.pinned ?? []), ...(of.others ?? []), ...(of.excluded ?? [])];
}
