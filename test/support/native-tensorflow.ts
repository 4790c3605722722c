import type { TestContext } from 'vitest';
import { createTensorflowRuntime } from '../../src-main/engine/runtime/tensorflow.ts';
import {
  loadTensorflow,
  nativeBinding,
  tensorflowInstallCommand,
} from '../../src-main/engine/runtime/tensorflow-load.ts';

/** TensorFlow's native runtime and binding. Where it isn't built, the test is skipped and says so. */
export async function nativeTensorflow(context: TestContext) {
  const { tf, native } = await loadTensorflow();
  if (!native) return context.skip(`TensorFlow's native library is not built here (${tensorflowInstallCommand})`);
  return { runtime: await createTensorflowRuntime(), binding: nativeBinding(tf) };
}
