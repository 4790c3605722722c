import type { House } from '../app/house.ts';
import { comparePresets } from '../app/training/presets.ts';
import { runDetail } from '../app/training/run-detail.ts';
import { changeRun, deleteRun, restoreRun, watchCurve } from '../app/training/runs.ts';
import { describeSettings } from '../app/training/training-config.ts';
import { pauseTraining, resumeTraining, startForecast, startTraining } from '../app/training/training-tasks.ts';
import { listRunLines, samplesOfRun } from '../store/runs.ts';
import { os } from './base.ts';

export const trainApi = (house: House) =>
  os.train.router({
    settings: os.train.settings.handler(({ input }) => describeSettings(input.kind, input)),
    presets: os.train.presets.handler(({ input }) => comparePresets(input)),
    start: os.train.start.handler(({ input }) => ({ task: startTraining(house, input) })),
    forecast: os.train.forecast.handler(({ input }) => ({ task: startForecast(house, input) })),
    pause: os.train.pause.handler(({ input }) => pauseTraining(house, input.run)),
    resume: os.train.resume.handler(({ input }) => ({ task: resumeTraining(house, input.run) })),
    runs: os.train.runs.handler(() => ({ runs: listRunLines(house.store) })),
    run: os.train.run.handler(({ input, signal }) => runDetail(house, input.run, signal)),
    samples: os.train.samples.handler(({ input }) => ({ tables: samplesOfRun(house.store, input.run) })),
    watch: os.train.watch.handler(({ input, signal }) => watchCurve(house, input.run, signal)),
    change: os.train.change.handler(({ input: { run, ...changed } }) => changeRun(house, run, changed)),
    delete: os.train.delete.handler(({ input }) => deleteRun(house, input.run)),
    restore: os.train.restore.handler(({ input }) => restoreRun(house, input.run)),
  });
