import type { ProbedDevice } from '../../contract/engine.ts';
import type { House } from '../kernel/house.ts';
import { appInfo } from './doctor.ts';
import { measuredDevices } from './measured-devices.ts';

/** As many of the log's last lines as go well with a report. */
const linesOfReport = 60;

/** Writes down what has started, and on what. */
export function logStart(house: House): void {
  const { versions, platform } = appInfo(house);
  const { electron = null } = process.versions as { readonly electron?: string };
  house.log.write('info', 'started', { ...versions, electron, platform });
  void measuredDevices(house).then((devices) => {
    if (devices) house.log.write('info', 'devices', { usable: usableOf(devices).join(', ') });
  });
}

/** What a person may paste into a report of something that went wrong: no texts, no names, no folders. */
export async function detailsForReport(house: House): Promise<string> {
  const { versions, platform, startedAt } = appInfo(house);
  const devices = await measuredDevices(house);
  return [
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `${platform}, started ${startedAt}`,
    `devices: ${devices ? usableOf(devices).join(', ') : 'not measured'}`,
    `database: ${house.health.current.problems.length === 0 ? 'no problem found' : 'damaged'}`,
    '',
    ...house.log.last(linesOfReport),
    '',
  ].join('\n');
}

const usableOf = (devices: readonly ProbedDevice[]): readonly string[] =>
  devices.filter(({ available }) => available).map(({ device, name }) => (name ? `${device} (${name})` : device));
