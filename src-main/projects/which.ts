import { TiebreakError } from '../contract/errors.ts';
import { dataFolder } from '../root.ts';
import { isCalled, type Known, knownProjects, lastPlace } from './list.ts';

/** Which data folder is meant: by a path, or by the name of a project; without either, the usual one. */
export type Wanted = { readonly home?: string | undefined; readonly project?: string | undefined };

/** @throws TiebreakError not-found where no project has the name; bad-input where both are said */
export function folderOfWanted({ home, project }: Wanted): string {
  if (project === undefined) return dataFolder(home);
  if (home !== undefined) {
    throw new TiebreakError('bad-input', '--home and --project both say which data to use: give one of them.');
  }
  return projectCalled(project).place;
}

/** The same for an app, which without either opens the project that it showed last, if it was led there by its name. */
export function folderOfApp(wanted: Wanted): string {
  const { home, project } = wanted;
  const free = home === undefined && project === undefined && !process.env.TIEBREAK_HOME;
  return (free ? lastPlace() : null) ?? folderOfWanted(wanted);
}

/** @throws TiebreakError not-found, with the names that there are */
export function projectCalled(name: string): Known {
  const all = knownProjects();
  const found = all.find((each) => isCalled(each, name));
  if (found) return found;
  const names = all.map((each) => `'${each.name}'`).join(', ');
  throw new TiebreakError('not-found', `There is no project '${name}'. There are: ${names}.`);
}
