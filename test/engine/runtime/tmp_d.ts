import { findDevices, openRuntime } from '../../../src-main/engine/runtime/devices.ts';

for (const [i] of [1].entries()) {
  const t = performance.now();
  console.log(i, await findDevices(), performance.now() - t);
}
for (const d of ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'tensorflow'] as const) {
  const t = performance.now();
  console.log(
    d,
    await openRuntime(d).then(
      (x) => [x.runtime.device, x.warning],
      (e) => [e.code, e.message],
    ),
    performance.now() - t,
  );
}
