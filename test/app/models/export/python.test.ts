import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { fixturePath } from '../../../support/fixtures.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { pythonFor, pythonPatience, runPython } from '../../../support/python.ts';
import { scratchFolder } from '../../../support/run-cli.ts';

const scratch = scratchFolder();
const verify = fileURLToPath(new URL('verify.py', import.meta.url));
let app: App;

beforeAll(async () => {
  const home = join(scratch.folder, 'home');
  await homeWithGpt2(home);
  app = openApp({ home });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

test.for([
  ['huggingface', ['torch', 'transformers', 'safetensors']],
  ['onnx', ['onnxruntime', 'tokenizers', 'numpy', 'onnx']],
] as const)(
  "a model exported as %s gives PyTorch's rewards by the code in its README",
  { timeout: pythonPatience },
  async ([as, modules], context) => {
    const python = pythonFor(context, ...modules);
    const folder = join(scratch.folder, as);
    await app.exportModel({ model: 'gpt2', as, out: folder });
    expect(runPython(python, [verify, fixturePath('gpt2-reward/expected.jsonl'), folder])).toContain('10 rewards');
  },
);
