import type { House } from '../app/kernel/house.ts';
import { changeRun, deleteRun, restoreRun, runsOf, samplesOf, watchCurve } from '../app/runs/runs.ts';
import { runDetail } from '../app/training/run-detail.ts';
import { sourcesOf } from '../app/training/sources.ts';
import { pauseTraining, resumeTraining, startForecast, startTraining } from '../app/training/training-tasks.ts';
import { comparePresets } from '../recipe/compare-presets.ts';
import { describeSettings } from '../recipe/settings.ts';
import { os } from './base.ts';

export const trainApi = (house: House) =>
  os.train.router({
    settings: os.train.settings.handler(({ input }) => describeSettings(input.kind, input)),
    presets: os.train.presets.handler(({ input }) => comparePresets(input)),
    start: os.train.start.handler(({ input }) => ({ task: startTraining(house, input) })),
    forecast: os.train.forecast.handler(({ input }) => ({ task: startForecast(house, input) })),
    sources: os.train.sources.handler(() => sourcesOf(house)),
    pause: os.train.pause.handler(({ input }) => pauseTraining(house, input.run)),
    resume: os.train.resume.handler(({ input }) => ({ task: resumeTraining(house, input.run) })),
    runs: os.train.runs.handler(() => ({ runs: runsOf(house) })),
    run: os.train.run.handler(({ input, signal }) => runDetail(house, input.run, signal)),
    samples: os.train.samples.handler(({ input }) => ({ tables: samplesOf(house, input.run) })),
    watch: os.train.watch.handler(({ input, signal }) => watchCurve(house, input.run, signal)),
    change: os.train.change.handler(({ input: { run, ...changed } }) => changeRun(house, run, changed)),
    delete: os.train.delete.handler(({ input }) => deleteRun(house, input.run)),
    restore: os.train.restore.handler(({ input }) => restoreRun(house, input.run)),
  });
