import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { noMap } from '../../analysis/map.ts';
import { once } from '../../common/once.ts';
import { beforeResearch } from '../../common/plots/contents.ts';
import type { CallHooks, statsPageCall } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Section } from '../../contract/figures.ts';
import type { DataStatistics } from '../../contract/statistics.ts';
import { writeWholeFile } from '../../disk/whole.ts';
import { statisticsPage } from '../../report/statistics-page.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { settingsOf } from '../settings/settings.ts';
import { drawMap } from './map.ts';

/** Starts computing statistics beside the main thread, and gives the number of the task. */
export function startStatistics(house: House): number {
  return house.tasks.start('statistics', 'Computing statistics', (hooks) => computeStatistics(house, hooks));
}

function computeStatistics(house: House, hooks: CallHooks): Promise<DataStatistics> {
  return workInThread({ job: 'statistics', path: house.store.path }, 'statistics', hooks);
}

/** Starts making the file with all figures of the data, to be offered, and gives the number of the task. */
export function offerStatisticsPage(house: House, { map }: { readonly map: boolean }): number {
  return house.tasks.start('statistics-page', 'Making a page of the statistics', async (hooks) => ({
    file: await house.files.offer('statistics.html', async (path) => {
      const { page } = await pageOf(house, { map, device: settingsOf(house).device }, hooks);
      await writeFile(path, page, { flag: 'wx' });
    }),
  }));
}

export type StatisticsPageReport = { readonly file: string; readonly figures: number; readonly seconds: number };

/** Writes all figures of the data as one HTML file, whole or not at all. */
export async function writeStatisticsPage(
  house: House,
  { file, replace, map, device }: z.output<typeof statsPageCall>,
  hooks: CallHooks,
): Promise<StatisticsPageReport> {
  const begun = performance.now();
  return writeWholeFile(await namedOutput(house, file, replace), async (handle) => {
    const { page, figures } = await pageOf(house, { map, device }, hooks);
    await handle.writeFile(page);
    return { file, figures, seconds: (performance.now() - begun) / 1000 };
  });
}

const moment = once(() => new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' }));

async function pageOf(
  house: House,
  { map, device }: { readonly map: boolean; readonly device: Device },
  hooks: CallHooks,
): Promise<{ readonly page: string; readonly figures: number }> {
  const statistics = await computeStatistics(house, hooks);
  const sections = map
    ? beforeResearch(statistics.sections, await mapOrWhyNot(house, device, hooks))
    : statistics.sections;
  return {
    page: statisticsPage({ ...statistics, sections }, moment().format(new Date())),
    figures: sections.reduce((sum, section) => sum + section.figures.length, 0),
  };
}

/** The map; where the engine fails, why there is none: the rest of a report must not be lost for it. */
async function mapOrWhyNot(house: House, device: Device, hooks: CallHooks): Promise<Section> {
  try {
    return await drawMap(house, device, hooks);
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code === 'cancelled') throw error;
    return noMap(`The map could not be drawn. ${error.message}`);
  }
}
