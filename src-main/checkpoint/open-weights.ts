import { openPytorch } from './pytorch.ts';
import { openSafetensors } from './safetensors.ts';
import { type FileTensor, withFile } from './tensor-file.ts';

/** Opens a file by what it begins with, since its name may be lost: a safetensors file has a table after eight bytes. */
export async function openWeights(path: string): Promise<ReadonlyMap<string, FileTensor>> {
  const head = Buffer.alloc(9);
  await withFile(path, (file) => file.read(head, 0, head.length, 0));
  const table = head[8] === 0x7b && !head.toString('latin1').startsWith('PK');
  return table ? (await openSafetensors(path)).tensors : openPytorch(path);
}
