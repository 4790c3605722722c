import type { House } from '../app/kernel/house.ts';
import { answersApi } from './answers.ts';
import { appApi } from './app.ts';
import { backupApi } from './backup.ts';
import { os } from './base.ts';
import { contextComparisonsApi } from './context-comparisons.ts';
import { dataApi } from './data.ts';
import { erasingApi } from './erasing.ts';
import { filesApi } from './files.ts';
import { hubApi } from './hub.ts';
import { modelsApi } from './models.ts';
import { peopleApi } from './people.ts';
import { postsApi } from './posts.ts';
import { projectsApi } from './projects.ts';
import { rankingsApi } from './rankings.ts';
import { reportsApi } from './reports.ts';
import { settingsApi } from './settings.ts';
import { tasksApi } from './tasks.ts';
import { trainApi } from './train.ts';
import { trashApi } from './trash.ts';

/** The whole contract over one application. */
export const routerOf = (house: House) =>
  os.router({
    app: appApi(house),
    settings: settingsApi(house),
    tasks: tasksApi(house),
    files: filesApi(),
    train: trainApi(house),
    contextComparisons: contextComparisonsApi(house),
    reports: reportsApi(house),
    models: modelsApi(house),
    hub: hubApi(house),
    answers: answersApi(house),
    people: peopleApi(house),
    posts: postsApi(house),
    rankings: rankingsApi(house),
    data: dataApi(house),
    erasing: erasingApi(house),
    backup: backupApi(house),
    trash: trashApi(house),
    projects: projectsApi(house),
  });

export type Router = ReturnType<typeof routerOf>;
