import { forgetReading } from '../app/data/earlier-readings.ts';
import { planFetch, startFetch } from '../app/data/fetching.ts';
import { startMap } from '../app/data/map.ts';
import { importsOf, startImport, startSample, startUndo } from '../app/data/past-imports.ts';
import { lookAtFile, previewOf } from '../app/data/preview.ts';
import { offerStatisticsPage, startStatistics } from '../app/data/statistics-page.ts';
import { setWatchedFolder, watchedFolderOf } from '../app/data/watched-folder.ts';
import { driftOf } from '../app/drift/drift.ts';
import type { House } from '../app/kernel/house.ts';
import { forgetKeptReading, keepReadingAgain, keptReadings } from '../app/settings/kept-readings.ts';
import { beginnings, os } from './base.ts';

export const dataApi = (house: House) =>
  os.data.router({
    look: os.data.look.use(beginnings).handler(({ input }) => lookAtFile(house, input)),
    preview: os.data.preview.handler(({ input, signal }) => previewOf(house, input, signal)),
    forgetReading: os.data.forgetReading.handler(({ input }) => forgetReading(house, input.file)),
    readings: os.data.readings.handler(() => ({ readings: keptReadings(house) })),
    forgetKeptReading: os.data.forgetKeptReading.handler(({ input }) => forgetKeptReading(house, input)),
    keepReadingAgain: os.data.keepReadingAgain.handler(({ input }) => keepReadingAgain(house, input)),
    import: os.data.import.handler(({ input }) => ({ task: startImport(house, input) })),
    planFetch: os.data.planFetch.handler(({ input, signal }) => planFetch(house, input, { signal })),
    fetch: os.data.fetch.handler(({ input }) => ({ task: startFetch(house, input) })),
    watched: os.data.watched.handler(() => watchedFolderOf(house)),
    watch: os.data.watch.handler(({ input }) => setWatchedFolder(house, house.files.find(input.folder).path)),
    unwatch: os.data.unwatch.handler(() => setWatchedFolder(house, null)),
    importSample: os.data.importSample.handler(() => ({ task: startSample(house) })),
    imports: os.data.imports.handler(() => ({ imports: importsOf(house) })),
    drift: os.data.drift
      .use(beginnings)
      .handler(({ input, signal }) => driftOf(house, { ...input, again: false, compute: false }, { signal })),
    undoImport: os.data.undoImport.handler(({ input }) => ({ task: startUndo(house, input.import) })),
    map: os.data.map.handler(() => ({ task: startMap(house) })),
    statisticsPage: os.data.statisticsPage.handler(({ input }) => ({ task: offerStatisticsPage(house, input) })),
    statistics: os.data.statistics.handler(() => ({ task: startStatistics(house) })),
  });
