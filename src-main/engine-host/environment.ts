/**
 * The environment of the engine's process. glibc gives large blocks back to the system at once, and a training step that
 * takes them again pays for every page: GPT-2's step is half as long where freed memory is kept. One arena for all threads: what a thread
 * frees, the others can take. Other systems' allocators don't read these.
 * @param devicesFile where the engine keeps what it measured of the machine's devices
 */
export function engineEnvironment(devicesFile?: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(devicesFile === undefined ? {} : { TIEBREAK_DEVICES: devicesFile }),
    MALLOC_TRIM_THRESHOLD_: '100000000000',
    MALLOC_MMAP_THRESHOLD_: '100000000000',
    MALLOC_ARENA_MAX: '1',
    MALLOC_TOP_PAD_: '100000000',
  };
}
