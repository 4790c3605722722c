import type { House } from '../app/kernel/house.ts';
import { detailsForReport } from '../app/settings/details.ts';
import { appInfo } from '../app/settings/doctor.ts';
import { measuredDevices } from '../app/settings/measured-devices.ts';
import { os } from './base.ts';

export const appApi = (house: House) =>
  os.app.router({
    info: os.app.info.handler(({ context }) => ({ ...appInfo(house), door: context.door.kind })),
    changes: os.app.changes.handler(({ signal }) => house.changes.watch(signal)),
    health: os.app.health.handler(() => house.health.current),
    details: os.app.details.handler(async () => ({ text: await detailsForReport(house) })),
    openLogs: os.app.openLogs.handler(({ context }) => context.door.openFolder?.(house.log.folder)),
    measuredDevices: os.app.measuredDevices.handler(() => measuredDevices(house)),
    devices: os.app.devices.handler(() => ({
      task: house.tasks.start('devices', 'Measuring devices', async (hooks) => {
        const { devices } = await house.scorer.request({ type: 'probe' }, hooks);
        house.changes.tell('settings');
        return devices;
      }),
    })),
  });
