/** What the machine's processor and graphics cards are called, as far as the system says it at once. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What a device computes on: 'NVIDIA H200', 'Apple M4'. Null where the system does not say it. */
export function nameOfDevice(device: string, onCard: boolean): string | null {
  if (!onCard || process.platform === 'darwin') return cpus()[0]?.model.trim() || null;
  const cards = cardNames(device === 'webgpu' || device === 'dml');
  return cards.length === 0 ? null : cards.join(', ');
}

/** What must be the same for devices that were measured to be as they were. */
export function machineNow(): string {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, CUDA_VISIBLE_DEVICES } = process.env;
  const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].map(listing);
  const chosen = [VK_DRIVER_FILES, VK_ICD_FILENAMES, CUDA_VISIBLE_DEVICES];
  const cards = process.platform === 'linux' ? [text('/proc/driver/nvidia/version'), ...cardNames(false)] : [];
  return JSON.stringify([cpus()[0]?.model, cpus().length, cards, drivers, chosen]);
}

/** @param software whether a driver that is chosen by the environment, and may be one made of software, counts */
function cardNames(software: boolean): readonly string[] {
  if (process.platform === 'win32') return windowsCards();
  const driver = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (software && driver && /swiftshader|lvp_/.test(driver)) return ['a graphics card made of software'];
  const nvidia = listing('/proc/driver/nvidia/gpus').flatMap((gpu) => {
    const name = /^Model:\s*(.+)$/m.exec(text(`/proc/driver/nvidia/gpus/${gpu}/information`))?.[1];
    return name ? [name] : [];
  });
  // The others tell the maker alone.
  const makers = listing('/sys/class/drm')
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => makerNames[text(`/sys/class/drm/${card}/device/vendor`).trim()] ?? []);
  return [...nvidia, ...new Set(makers)];
}

/** Of the makers whose numbers on the bus are found beside a card; NVIDIA's driver says more. */
const makerNames: Readonly<Record<string, string>> = { '0x1002': 'AMD graphics', '0x8086': 'Intel graphics' };

function windowsCards(): readonly string[] {
  const command = '(Get-CimInstance Win32_VideoController).Name';
  try {
    const said = execFileSync('powershell.exe', ['-NoProfile', '-Command', command], {
      encoding: 'utf8',
      timeout: 10_000,
      windowsHide: true,
    });
    return said.split('\n').flatMap((line) => line.trim() || []);
  } catch {
    return [];
  }
}

function listing(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
