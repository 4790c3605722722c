import type { House } from '../app/house.ts';
import { changeSettings, settingsOf } from '../app/settings.ts';
import { os } from './base.ts';

export const settingsApi = (house: House) =>
  os.settings.router({
    get: os.settings.get.handler(() => settingsOf(house)),
    set: os.settings.set.handler(({ input }) => changeSettings(house, input)),
  });
