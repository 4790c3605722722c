import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type PushServer, startPushServer } from '../support/push-server.ts';
import { pythonFor, pythonPatience, spawnPython } from '../support/python.ts';
import { temporaryFolder } from '../support/temporary.ts';

let hub: PushServer;
beforeEach(async () => {
  hub = await startPushServer('hf_of-ada', 'ada', 400_000);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

const program = `
import sys
from huggingface_hub import HfApi
folder, endpoint = sys.argv[1:]
api = HfApi(endpoint=endpoint, token="hf_of-ada")
api.create_repo("ada/words", private=True)
print(api.upload_folder(repo_id="ada/words", folder_path=folder, commit_message="By their library").oid)
`;

test("the tests' hub takes a folder from the hub's own library as it takes ours", {
  timeout: pythonPatience,
}, async (context) => {
  const python = pythonFor(context, 'huggingface_hub');
  const folder = temporaryFolder();
  const large = Buffer.alloc(1_000_000, 'weights');
  const files = { 'config.json': Buffer.from('{}'), 'small.bin': Buffer.from('few'), 'model.safetensors': large };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  // Git LFS, as we use it.
  vi.stubEnv('HF_HUB_DISABLE_XET', '1');
  const oid = await spawnPython(python, ['-c', program, folder, hub.address]);
  expect(oid.trim()).toMatch(/^[0-9a-f]{40}$/);
  const { private: isPrivate, commits } = hub.repositories.get('ada/words')!;
  expect(isPrivate).toBe(true);
  expect(commits.map(({ title }) => title)).toEqual(['By their library']);
  expect(Object.fromEntries(commits[0]!.files)).toEqual(files);
  expect(hub.asked.filter((line) => line.startsWith('store')).toSorted()).toEqual([
    ...[1, 2, 3].map((part) => `store PUT part ${part}`),
    'store PUT whole',
  ]);
});
