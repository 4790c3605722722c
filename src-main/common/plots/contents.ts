import type { Section } from '../../contract/figures.ts';

/** What the statistics begin with, before the sections that were computed. */
export const findingsHead = { id: 'findings', title: 'What stands out' } as const;
export const overview = { id: 'overview', title: 'What there is' } as const;
export const noFindings =
  'There is too little data to say something of all of it yet. Findings stand here from about ten posts and thirty pairs of comments on.';

/** Where a figure stands in its page. */
export const anchorOf = (figure: string): string => `figure-${figure}`;

/** The section for those who know measures by name; it comes last. */
export const researchId = 'research';

/** Sections with one more, which comes before that of research. */
export function beforeResearch(sections: readonly Section[], more: Section): readonly Section[] {
  const at = sections.findIndex(({ id }) => id === researchId);
  return at === -1 ? [...sections, more] : sections.toSpliced(at, 0, more);
}
