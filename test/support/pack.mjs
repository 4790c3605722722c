// Packs files as archive.ts unpacks them: node test/support/pack.mjs OUT.tar.br FOLDER NAME...
// The same files give the same bytes.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const [out, folder, ...names] = process.argv.slice(2);
if (!out || !folder || names.length === 0)
  throw new Error('Say what to write, from which folder, and the names in it.');
const plain = ['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mode=644', '--mtime=@0'];
const tar = execFileSync('tar', [...plain, '-C', folder, '-c', ...names], { maxBuffer: 1 << 30 });
const packed = brotliCompressSync(tar, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: tar.length,
  },
});
writeFileSync(out, packed);
console.log(`${out}: ${tar.length.toLocaleString('en')} bytes as ${packed.length.toLocaleString('en')}`);
