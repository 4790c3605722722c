import { afterAll, vi } from 'vitest';

/** Files of tests share a process: each leaves it as it was found. */
const { ...environment } = process.env;

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) delete process.env[name];
  Object.assign(process.env, environment);
});
