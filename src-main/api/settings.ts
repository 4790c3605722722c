import type { House } from '../app/kernel/house.ts';
import { changeSettings, settingsOf } from '../app/settings/settings.ts';
import { os } from './base.ts';

export const settingsApi = (house: House) =>
  os.settings.router({
    get: os.settings.get.handler(() => settingsOf(house)),
    set: os.settings.set.handler(({ input }) => changeSettings(house, input)),
  });
