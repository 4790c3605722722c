import type { Device } from '../../src-main/contract/engine.ts';
import { measureSteps, median } from '../../src-main/engine/probe.ts';
import { openRuntime } from '../../src-main/engine/runtime/devices.ts';

/**
 * A process of its own: `training.ts CONFIG DEVICE` prints the median of 10 training steps after 3, and the most memory the
 * process ever held, as JSON.
 */
async function measureTraining(config: string, device: string) {
  const numbers = config.split(',').map(Number);
  if (numbers.length !== 6 || !numbers.every((n) => Number.isInteger(n) && n > 0)) {
    throw new Error(`--config takes six whole numbers, such as 256,4,4,128,16,8192, not '${config}'`);
  }
  const [width, layers, heads, tokens, sequences, vocabulary] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const { runtime } = await openRuntime(device as Device);
  const shape = { width, layers, heads, tokens, sequences, vocabulary };
  const ms = median(await measureSteps(runtime, shape, { warmup: 3, steps: 10 }));
  return {
    ms: Math.round(ms * 10) / 10,
    sequencesPerSecond: Math.round((sequences / ms) * 100_000) / 100,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

const [config, device] = process.argv.slice(2) as [string, string];
try {
  console.log(JSON.stringify(await measureTraining(config, device)));
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
