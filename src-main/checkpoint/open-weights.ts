import { openPytorch } from './pytorch.ts';
import { openSafetensors } from './safetensors.ts';
import { damagedWeights, type FileTensor, withFile } from './tensor-file.ts';

/**
 * Opens a file by what it begins with, since its name may be lost: a safetensors file has a table after eight bytes, PyTorch's is an archive or a
 * pickle. What begins as none of them is damaged, and its name, where it has one, says what it should have been.
 */
export async function openWeights(path: string): Promise<ReadonlyMap<string, FileTensor>> {
  const head = Buffer.alloc(9);
  await withFile(path, (file) => file.read(head, 0, head.length, 0));
  const isArchive = head.toString('latin1').startsWith('PK');
  if ((head[8] === 0x7b && !isArchive) || /\.safetensors$/i.test(path)) return (await openSafetensors(path)).tensors;
  const isPickle = head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5;
  if (isArchive || isPickle || /\.(bin|pt|pth)$/i.test(path)) return openPytorch(path);
  throw damagedWeights(path, 'it begins neither as a safetensors file nor as one of PyTorch');
}
