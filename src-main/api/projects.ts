import type { House } from '../app/kernel/house.ts';
import { startProjectExport, startProjectImport } from '../app/projects/project-file.ts';
import {
  addProject,
  forgetProject,
  listProjects,
  placeToOpen,
  projectOf,
  renameProject,
} from '../app/projects/projects.ts';
import { TiebreakError } from '../contract/errors.ts';
import { os } from './base.ts';

export const projectsApi = (house: House) =>
  os.projects.router({
    list: os.projects.list.handler(() => listProjects(house)),
    add: os.projects.add.handler(({ input }) => {
      const added = addProject(house, input.name);
      house.changes.tell('projects');
      return { id: added.id };
    }),
    rename: os.projects.rename.handler(({ input }) => {
      renameProject(projectOf(input.project, house.home), input.name);
      house.changes.tell('projects');
    }),
    forget: os.projects.forget.handler(({ input }) => {
      forgetProject(projectOf(input.project, house.home), house.home);
      house.changes.tell('projects');
    }),
    open: os.projects.open.handler(async ({ input, context: { door } }) => {
      if (!door.openProject) throw new TiebreakError('bad-input', 'This door stays with one project.');
      await door.openProject(placeToOpen(house, input.project, input.stop));
    }),
    export: os.projects.export.handler(() => ({ task: startProjectExport(house) })),
    import: os.projects.import.handler(({ input }) => ({ task: startProjectImport(house, input.file, input.name) })),
  });
