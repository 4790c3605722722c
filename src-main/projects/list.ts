import { hash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { projectName } from '../contract/projects.ts';
import { makeFolder } from '../disk/folder.ts';
import { writeWholeFileNow } from '../disk/whole.ts';
import { dataFolder } from '../root.ts';

/**
 * The data folders that a person knows, by names. The list lies in their own configuration: a folder that is moved or given away takes no part of it along.
 * It is a convenience: one that can't be read or written costs names and dates, and never keeps anybody from their data.
 */
const known = z.object({
  place: z.string().min(1),
  name: projectName,
  openedAt: z.string().nullable().default(null),
  posts: z.int().nullable().default(null),
  answers: z.int().nullable().default(null),
});
export type Known = Readonly<z.output<typeof known>>;
const list = z.object({
  format: z.literal(1),
  /** Where the app was last, if it was led there by a name: the next start opens it. */
  last: z.string().nullable().default(null),
  projects: z.array(z.unknown()),
});
type List = { readonly last: string | null; readonly projects: readonly Known[]; readonly damaged: boolean };

const firstName = 'My community';

/** Where the list is kept: TIEBREAK_CONFIG, or the system's place for configuration. */
function configFolder(): string {
  return resolve(process.env.TIEBREAK_CONFIG || envPaths('tiebreak', { suffix: '' }).config);
}

/** Where new projects are made: TIEBREAK_PROJECTS, or beside the system's place for application data. */
export function projectsFolder(): string {
  return resolve(process.env.TIEBREAK_PROJECTS || envPaths('tiebreak-projects', { suffix: '' }).data);
}

const listFile = (): string => join(configFolder(), 'projects.json');
const damagedFile = (): string => join(configFolder(), 'projects.damaged.json');

/** What a project is known by to a page, which never gives a path. */
export const idOf = (place: string): string => hash('sha256', resolve(place)).slice(0, 16);

/** All known projects; the usual data folder is among them as soon as it is there, and where there is no other. */
export function knownProjects(): readonly Known[] {
  const { projects } = readList();
  const usual = dataFolder(undefined);
  const listed = projects.some(({ place }) => place === usual);
  if (listed || (projects.length > 0 && !existsSync(usual))) return projects;
  return [unopened(usual, projects), ...projects];
}

/** The project with this place; as it would be listed where it is not. */
export function projectAt(place: string): Known {
  const all = knownProjects();
  return all.find((each) => each.place === resolve(place)) ?? unopened(resolve(place), all);
}

/** Where the app was last, if that is a folder still; null where it was not led anywhere by a name. */
export function lastPlace(): string | null {
  const { last } = readList();
  return last !== null && existsSync(last) ? last : null;
}

/** What became of a list that could not be read; null where all is well. */
export function damagedList(): string | null {
  if (!readList().damaged) return null;
  return `The list of projects (${listFile()}) can't be read, so names and dates are missing. No data are lost: what is opened is listed again, and the unreadable list is kept as ${damagedFile()}.`;
}

/** Keeps something of one project, which is listed from now on. Throws the system's error. */
export function keep(place: string, changed: Partial<Omit<Known, 'place'>>): void {
  const before = projectAt(place);
  change(({ last, projects }) => {
    const others = projects.filter((each) => each.place !== before.place);
    return { last, projects: [...others, { ...before, ...changed }] };
  });
}

/** The same for what nobody asked for: a failure is not worth a word. */
export function note(place: string, changed: Partial<Omit<Known, 'place'>>): void {
  try {
    keep(place, changed);
  } catch {
    // The disk is full or read-only, which everything else reports.
  }
}

/** Lets the next start open this one. A failure is not worth a word. */
export function noteLast(place: string): void {
  try {
    change(({ projects }) => ({ last: resolve(place), projects }));
  } catch {
    // The next start opens what it opened before.
  }
}

/** Takes a project off the list. */
export function forget(place: string): void {
  change(({ last, projects }) => ({
    last: last === resolve(place) ? null : last,
    projects: projects.filter((each) => each.place !== resolve(place)),
  }));
}

function change(to: (list: List) => Omit<List, 'damaged'>): void {
  const before = readList();
  makeFolder(configFolder());
  if (before.damaged) renameSync(listFile(), damagedFile());
  writeWholeFileNow(listFile(), `${JSON.stringify({ format: 1, ...to(before) }, null, 2)}\n`);
}

function readList(): List {
  const nothing = { last: null, projects: [] };
  let text: string;
  try {
    text = readFileSync(listFile(), 'utf8');
  } catch (error) {
    return { ...nothing, damaged: (error as NodeJS.ErrnoException).code !== 'ENOENT' && existsSync(listFile()) };
  }
  try {
    const { last, projects } = list.parse(JSON.parse(text));
    const readable = projects.map((each) => known.safeParse(each));
    const damaged = readable.some(({ success }) => !success);
    return { last, projects: readable.flatMap(({ success, data }) => (success ? [data] : [])), damaged };
  } catch {
    return { ...nothing, damaged: true };
  }
}

/** As a folder is listed that is opened for the first time. */
function unopened(place: string, others: readonly Known[]): Known {
  const name = place === dataFolder(undefined) ? firstName : plainName(basename(place));
  return { place, name: freeName(name, others), openedAt: null, posts: null, answers: null };
}

const plainName = (text: string): string => {
  const found = projectName.safeParse(text.slice(0, 100));
  return found.success ? found.data : 'Project';
};

/** This name, or one like it that none of these has. */
export function freeName(name: string, others: readonly Known[]): string {
  let free = name;
  for (let number = 2; others.some((other) => isCalled(other, free)); number++) free = `${name.slice(0, 95)} ${number}`;
  return free;
}

/** Whether a project has this name, as people read names. */
export const isCalled = ({ name }: Known, wanted: string): boolean =>
  name.normalize('NFC').toLowerCase() === wanted.trim().normalize('NFC').toLowerCase();
