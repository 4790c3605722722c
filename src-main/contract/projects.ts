/** Projects: a data folder each, for a community each. They are known by a list in the person's own configuration, not in any of them. */
import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { exportable } from './texts.ts';

/** What a project may be called. */
export const projectName = exportable.trim().min(1).max(100);

/** How it is with a project's folder. */
export type ProjectState =
  /** The one that this app shows. */
  | 'here'
  | 'closed'
  /** There is nothing in it yet: it is made when it is first opened. */
  | 'new'
  /** Another program has it open, or works on it. */
  | 'elsewhere'
  | 'gone';

export type ProjectLine = {
  /** Follows from its place. */
  readonly id: string;
  readonly name: string;
  /** Its data folder, to be read only. */
  readonly place: string;
  /** ISO 8601; null where it never was. */
  readonly openedAt: string | null;
  /** When it was last open, of the one at hand now; null where that is not known. */
  readonly posts: number | null;
  readonly answers: number | null;
  readonly state: ProjectState;
  /** Why it can't be opened now, and what to do; null where it can. */
  readonly trouble: string | null;
};

export type Projects = {
  /** The one at hand, then those that were opened last. */
  readonly projects: readonly ProjectLine[];
  /** Where the list could not be read, and what became of it; null where all is well. */
  readonly damaged: string | null;
};

/** A project that was made. */
export type AddedProject = Pick<ProjectLine, 'id' | 'name' | 'place'>;

/** What came of a project file. */
export type ImportedProject = AddedProject & {
  readonly posts: number;
  readonly answers: number;
  readonly models: number;
  /** Where a row of it holds what can't be read, in a sentence each. */
  readonly unreadable: readonly string[];
  /** A folder that was watched where it comes from, and is not watched here. */
  readonly notWatched: string | null;
};

/** A project as one file. */
export type ProjectExport = { readonly file: string; readonly name: string; readonly bytes: number };

export const projectExportCall = z.object({ file: z.string().min(1), replace: z.boolean().default(false) });
export type ProjectExportCall = z.input<typeof projectExportCall>;

const id = z.string().regex(/^[0-9a-f]{16}$/);
const handle = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
const started = type<{ readonly task: number }>();

export const projectsContract = {
  list: oc.output(type<Projects>()),
  /** Makes one with nothing in it but what this person has set for themselves: their name, theme, keys and device. */
  add: oc.input(z.object({ name: projectName })).output(type<{ readonly id: string }>()),
  rename: oc.input(z.object({ project: id, name: projectName })).output(type<void>()),
  /** Takes it off the list. Its folder stays as it is. */
  forget: oc.input(z.object({ project: id })).output(type<void>()),
  /**
   * Shows another project in the place of this one, in all pages: each is loaded again. What is going on here is ended in an orderly way, if
   * that was agreed to, or else this is refused as 'busy'.
   */
  open: oc.input(z.object({ project: id, stop: z.boolean().default(false) })).output(type<void>()),
  /** The project at hand as one file on offer: a task. */
  export: oc.output(started),
  /** Makes a new project of a file: a task. Without a name it is called as the file says. */
  import: oc.input(z.object({ file: handle, name: projectName.optional() })).output(started),
};
