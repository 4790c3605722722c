import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import type { AddedProject, ProjectLine, ProjectState, Projects } from '../../contract/projects.ts';
import type { Settings } from '../../contract/settings.ts';
import { passingKinds } from '../../contract/tasks.ts';
import { damagedList, forget, idOf, type Known, keep, knownProjects, projectAt } from '../../projects/list.ts';
import { dataFolder } from '../../root.ts';
import { totals } from '../../store/counts.ts';
import { closeStore, openStore } from '../../store/open.ts';
import { writeSetting } from '../../store/settings.ts';
import { databaseName } from '../backup/backup.ts';
import type { House } from '../kernel/house.ts';
import { holdsLock, lockedFile, starting, takeLock } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';
import { folderFor } from './places.ts';
import { refuseKnown } from './project-file.ts';

/**
 * All known projects, the one at hand first, then those that were opened last.
 * @param house the one at hand; null where none is open
 */
export function listProjects(house: Pick<House, 'home' | 'store'> | null): Projects {
  const here = house === null ? [] : [projectAt(house.home)];
  const others = knownProjects().filter(({ place }) => place !== here[0]?.place);
  const time = ({ openedAt }: Known): string => openedAt ?? '';
  const newest = others.toSorted((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
  return { projects: [...here, ...newest].map((project) => lineOf(project, house)), damaged: damagedList() };
}

function lineOf(project: Known, house: Pick<House, 'home' | 'store'> | null): ProjectLine {
  const { name, place, openedAt, posts, answers } = project;
  const { state, trouble } = stateOf(project, house);
  const counted = state === 'here' && house !== null ? countsOf(house) : { posts, answers };
  return { id: idOf(place), name, place, openedAt, ...counted, state, trouble };
}

/** What is told of a project in the list once it isn't open any more; null where a damaged database can't say. */
export function countsOf({ store }: Pick<House, 'store'>): Pick<ProjectLine, 'posts' | 'answers'> {
  try {
    const { posts, labels } = totals(store);
    return { posts, answers: labels };
  } catch {
    return { posts: null, answers: null };
  }
}

type Found = { readonly state: ProjectState; readonly trouble: string | null };

function stateOf({ place, openedAt }: Known, house: Pick<House, 'home'> | null): Found {
  if (house !== null && place === house.home) return { state: 'here', trouble: null };
  if (!existsSync(place)) {
    if (openedAt === null && place === dataFolder(undefined)) return { state: 'new', trouble: null };
    const trouble = `The folder ${place} is not there. If it was moved, or lies on a disk that is not connected, bring it back to this place; if it is gone for good, take the project off the list.`;
    return { state: 'gone', trouble };
  }
  // A folder that nobody ever wrote to has no lock, and gets none by being looked at.
  if (!existsSync(lockedFile(place)) || holdsLock(place)) return { state: 'closed', trouble: null };
  try {
    takeLock(place, starting)();
    return { state: 'closed', trouble: null };
  } catch (error) {
    if (!(error instanceof TiebreakError)) throw error;
    // One that can only be read is opened to be read.
    if (error.code !== 'busy') return { state: 'closed', trouble: null };
    const trouble = 'Another Tiebreak has it open, or works on it: go on there, or close it first.';
    return { state: 'elsewhere', trouble };
  }
}

/** What a person set for themselves, wherever they are. */
const personal = ['annotator', 'theme', 'keysEnabled', 'keys', 'scrollTogether', 'goal', 'device'] as const;

/**
 * Makes a project with nothing in it, and lists it.
 * @param house whose personal settings go along
 */
export function addProject(house: Pick<House, 'store'> | null, name: string): AddedProject {
  refuseKnown(name);
  const place = folderFor(name);
  try {
    mkdirSync(place);
    const store = openStore(join(place, databaseName));
    try {
      const settings: Partial<Settings> = house === null ? {} : settingsOf(house);
      for (const each of personal) if (settings[each] !== undefined) writeSetting(store, each, settings[each]);
    } finally {
      closeStore(store);
    }
    keep(place, { name });
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
  return { id: idOf(place), name, place };
}

/** Calls a project something else. */
export function renameProject(project: Known, name: string): void {
  if (name === project.name) return;
  if (name.toLowerCase() !== project.name.toLowerCase()) refuseKnown(name);
  keep(project.place, { name });
}

/** Takes a project off the list; nothing in its folder is touched. Throws TiebreakError bad-input for the one at hand, and the usual one. */
export function forgetProject({ name, place }: Known, atHand: string | null): void {
  if (place === atHand) {
    const message = `${name} is open here. Nothing was changed: open another project first, then take this one off the list.`;
    throw new TiebreakError('bad-input', message);
  }
  if (place === dataFolder(undefined)) {
    const message = `${name} is where Tiebreak keeps data where nothing else is said, so it stays on the list. Nothing was changed.`;
    throw new TiebreakError('bad-input', message);
  }
  forget(place);
}

/** The project that a page means. Throws TiebreakError not-found. */
export function projectOf(id: string, atHand: string): Known {
  const found = [...knownProjects(), projectAt(atHand)].find(({ place }) => idOf(place) === id);
  if (found) return found;
  throw new TiebreakError('not-found', 'This project is no longer on the list. Nothing was changed.');
}

/**
 * Sees that another project can be shown in the place of this one, and gives its folder.
 * @param stop whether what is going on here may be ended
 * @throws TiebreakError busy where it may not be, or another program is at work there; not-found where it is gone
 */
export function placeToOpen(house: House, id: string, stop: boolean): string {
  const project = projectOf(id, house.home);
  const { state, trouble } = stateOf(project, house);
  if (state === 'here') {
    throw new TiebreakError('nothing-to-do', `${project.name} is open already. Nothing was changed.`);
  }
  if (state === 'gone') throw new TiebreakError('not-found', `${project.name} can't be opened. ${trouble}`);
  if (state === 'elsewhere') throw new TiebreakError('busy', `${project.name} can't be opened here. ${trouble}`);
  const running = house.tasks.list().find(({ state, kind }) => state === 'running' && !passingKinds.includes(kind));
  if (running && !stop) {
    const message = `'${running.title}' is still going on in this project. Nothing was changed: wait until it is done, or agree that it is stopped.`;
    throw new TiebreakError('busy', message);
  }
  return project.place;
}
