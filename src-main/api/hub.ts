import type { House } from '../app/kernel/house.ts';
import { lookUpModel, startModelFetch } from '../app/models/model-fetch.ts';
import { planPush, startModelPush } from '../app/models/model-push.ts';
import { os } from './base.ts';

export const hubApi = (house: House) =>
  os.hub.router({
    lookUp: os.hub.lookUp.handler(({ input, signal }) => lookUpModel(house, input, { signal })),
    fetch: os.hub.fetch.handler(({ input }) => ({ task: startModelFetch(house, input) })),
    planPush: os.hub.planPush.handler(({ input, signal }) => planPush(house, input, { signal })),
    push: os.hub.push.handler(({ input }) => ({ task: startModelPush(house, input) })),
  });
