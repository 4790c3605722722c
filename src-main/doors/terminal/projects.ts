import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { projects as knownProjects } from '../../app.ts';
import { counted, dateAndTime, size } from '../../common/words.ts';
import { type ImportedProject, type ProjectLine, type Projects, projectName } from '../../contract/projects.ts';
import { folderOfWanted, projectCalled } from '../../projects/which.ts';
import { startCommand } from '../../root.ts';
import { replaceOption } from './options.ts';
import type { Run, RunApart } from './run.ts';
import { type Cell, table } from './table.ts';

type Known = typeof knownProjects;

/** The commands around projects: the list of them, and a project as one file. */
export function addProjects(program: Command, run: Run, runApart: RunApart, projects: Known): void {
  const all = program
    .command('projects')
    .description('work with several communities: a project each, with a data folder each');
  all
    .command('list', { isDefault: true })
    .description('list the projects that are known, the one that was open last first')
    .action(() =>
      runApart(() => {
        const found = projects.list();
        return { json: found, text: printProjects(found) };
      }),
    );
  all
    .command('new <name>')
    .description('make a project with nothing in it')
    .action((name: string) =>
      runApart(() => {
        const added = projects.add(called(name));
        return { json: added, text: `${added.name} is made, in ${added.place}. ${howToOpen(added.name)}` };
      }),
    );
  all
    .command('rename <name> <to>')
    .description('call a project something else; its folder stays where it is')
    .action((name: string, to: string) =>
      runApart(() => {
        const { place } = projectCalled(name);
        projects.rename(projectCalled(name), called(to));
        return { json: { name: called(to), place }, text: `${name} is called ${called(to)} now.` };
      }),
    );
  all
    .command('forget <name>')
    .description('take a project off the list; nothing of it is deleted')
    .action((name: string) =>
      runApart(() => {
        const project = projectCalled(name);
        projects.forget(project);
        const { place } = project;
        return {
          json: { name: project.name, place },
          text: `${project.name} is off the list. All of it is still in ${place}: an app that is started with --home on that folder lists it again.`,
        };
      }),
    );

  const one = program
    .command('project')
    .description('a project as one file: posts, comments, answers, models and settings');
  one
    .command('export <file>')
    .description('write the whole project to one file')
    .addOption(replaceOption())
    .action((file: string, options: { readonly replace?: boolean }) =>
      run(async (app, hooks) => {
        const report = await app.exportProject({ file, ...options }, hooks);
        return { json: report, text: `${report.name} is written to ${report.file} (${size(report.bytes)}).` };
      }),
    );
  one
    .command('import <file>')
    .description('make a new project of a file; one that is there is never written over')
    .option(
      '--into <place>',
      'the folder to make, or only a name: then the folder is made where projects are; as the file says without it',
    )
    .action((file: string, { into }: { readonly into?: string }) =>
      runApart(async (hooks) => {
        const wanted = into === undefined ? {} : isPath(into) ? { place: resolve(into) } : { name: called(into) };
        const report = await projects.import(file, { place: null, home: folderOfWanted({}), ...wanted }, hooks);
        return { json: report, text: printImported(report) };
      }),
    );
}

/** Whether this says where, and not only how it is called. */
const isPath = (text: string): boolean =>
  /[/\\]/.test(text) || text !== basename(text) || text === '.' || text === '..';

function called(text: string): string {
  const name = projectName.safeParse(text);
  if (name.success) return name.data;
  throw new InvalidArgumentError('A name has up to 100 characters, and at least one.');
}

const howToOpen = (name: string): string => `Open it with: ${startCommand} --project "${name}"`;

function printProjects({ projects, damaged }: Projects): string {
  const rows = projects.map(({ name, posts, answers, openedAt, place, state }): Cell[] => [
    name,
    posts ?? '',
    answers ?? '',
    openedAt === null ? 'never' : dateAndTime(openedAt),
    states[state],
    place,
  ]);
  const lines = [table(['project', 'posts', 'answers', 'last opened', '', 'folder'], rows)];
  for (const { name, trouble } of projects) if (trouble !== null) lines.push(`${name}: ${trouble}`);
  if (damaged !== null) lines.push(damaged);
  return lines.join('\n\n');
}

const states: Readonly<Record<ProjectLine['state'], string>> = {
  here: '',
  closed: '',
  new: 'nothing in it yet',
  elsewhere: 'open',
  gone: 'not there',
};

function printImported({ name, place, posts, answers, models, unreadable, notWatched }: ImportedProject): string {
  const kinds = [counted(posts, 'post'), counted(answers, 'answer'), counted(models, 'model')];
  const lines = [`${name} is made, in ${place}: ${kinds.join(', ')}. ${howToOpen(name)}`];
  if (unreadable.length > 0) lines.push(`But in it, ${unreadable.join('; ')}: only that is missing.`);
  if (notWatched !== null) {
    lines.push(
      `Where it comes from, the folder ${notWatched} was watched. It is not watched here: choose one anew if you want that.`,
    );
  }
  return lines.join('\n');
}
