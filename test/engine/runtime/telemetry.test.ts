import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test.skipIf(process.platform === 'win32')('ONNX Runtime keeps and sends nothing of its own', () => {
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-telemetry-'));
  try {
    const place = fileURLToPath(new URL('../../../src-main/engine/runtime/onnxruntime.ts', import.meta.url));
    // A session that can't begin starts ONNX Runtime all the same, and with it what it would keep under HOME.
    const script = `const ort = await import(${JSON.stringify(place)});
      await ort.InferenceSession.create(new Uint8Array(8)).then(() => process.exit(3), () => {});`;
    // Neither what the tests' own environment says, nor that of CI, where it keeps still.
    const { PATH } = process.env;
    const env = { PATH, HOME: home, LOCALAPPDATA: home };
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
