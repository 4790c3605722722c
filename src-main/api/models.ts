import type { House } from '../app/kernel/house.ts';
import { offerModel } from '../app/models/export-model.ts';
import { startModelImport } from '../app/models/model-import.ts';
import { deleteModel, modelLines, renameModel, restoreModel, useModel } from '../app/models/registry.ts';
import { modelDetail, startMeasuring } from '../app/training/model-detail.ts';
import { os } from './base.ts';

export const modelsApi = (house: House) =>
  os.models.router({
    list: os.models.list.handler(async () => ({ models: await modelLines(house) })),
    detail: os.models.detail.handler(({ input, signal }) => modelDetail(house, input.model, signal)),
    measure: os.models.measure.handler(({ input }) => ({ task: startMeasuring(house, input.model) })),
    use: os.models.use.handler(({ input }) => useModel(house, input.model)),
    rename: os.models.rename.handler(({ input }) => renameModel(house, input.model, input.to)),
    delete: os.models.delete.handler(({ input }) => deleteModel(house, input.model)),
    restore: os.models.restore.handler(({ input }) => restoreModel(house, input.model)),
    export: os.models.export.handler(({ input }) => ({ task: offerModel(house, input.model, input.as) })),
    import: os.models.import.handler(({ input }) => ({ task: startModelImport(house, input) })),
  });
