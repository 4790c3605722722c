import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  architectureOf,
  findCompiler,
  findLibrary,
  findNodeHeaders,
  libraryOfPython,
} from '../../../src-main/doors/tensorflow/find.ts';
import { installation } from '../../../src-main/root.ts';
import { temporaryFile, temporaryFolder } from '../../support/temporary.ts';

const program = fileURLToPath(new URL('../../../src-main/doors/tensorflow/tensorflow.ts', import.meta.url));

/** The beginning of a library for a kind of processor: ELF, 64 bits, with its number for the machine. */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head.writeUInt16LE(machine, 18);
  return head;
}

const machines = { x64: 62, arm64: 183 } as const;
const own = process.arch === 'arm64' ? machines.arm64 : machines.x64;
const foreign = process.arch === 'arm64' ? machines.x64 : machines.arm64;

/** A folder that looks like a Python's package tensorflow, with what is asked for left out. */
function packageWithout(missing: readonly string[], machine: number = own): string {
  const folder = temporaryFolder();
  if (!missing.includes('headers')) {
    mkdirSync(join(folder, 'include/tensorflow/c'), { recursive: true });
    writeFileSync(join(folder, 'include/tensorflow/c/c_api.h'), '');
  }
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    if (!missing.includes(name)) writeFileSync(join(folder, name), elf(machine));
  }
  return folder;
}

describe('the library', () => {
  test('is found with its headers and both of its parts', () => {
    const folder = packageWithout([]);
    expect(findLibrary(folder)).toEqual({
      folder,
      headers: join(folder, 'include'),
      libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) => join(folder, name)),
    });
  });

  test.each([
    ['headers', "TensorFlow's headers are missing"],
    ['libtensorflow_cc.so.2', 'the library libtensorflow_cc is missing'],
    ['libtensorflow_framework.so.2', 'the library libtensorflow_framework is missing'],
  ])('without %s is refused', (missing, message) => {
    expect(() => findLibrary(packageWithout([missing]))).toThrow(message);
  });

  test('that is not there is refused', () => {
    expect(() => findLibrary(join(temporaryFolder(), 'none'))).toThrow('no such folder exists');
  });

  test('for another kind of processor is refused, and both kinds are named', () => {
    const other = process.arch === 'arm64' ? 'x64' : 'arm64';
    const refused = () => findLibrary(packageWithout([], foreign));
    expect(refused).toThrow(`is for processors of the kind ${other}`);
    expect(refused).toThrow(`for ${process.arch}`);
  });

  test("says its kind of processor, as does Node's own program", () => {
    expect(architectureOf(process.execPath)).toBe(process.arch);
    expect(architectureOf(temporaryFile('just a text, longer than a head'))).toBeNull();
    const mach = Buffer.alloc(32);
    mach.writeUInt32LE(0xfeedfacf, 0);
    mach.writeUInt32LE(0x0100000c, 4);
    expect(architectureOf(temporaryFile(mach))).toBe('arm64');
  });
});

/** A program that answers as a Python does whose TensorFlow is in a folder, or that has none. */
function pythonAnswering(answer: string): string {
  const path = temporaryFile(`#!/bin/sh\necho '${answer}'\n`, 'python');
  chmodSync(path, 0o755);
  return path;
}

describe('a Python', () => {
  test('is asked where its TensorFlow is', () => {
    expect(libraryOfPython(pythonAnswering('/somewhere/tensorflow'))).toBe('/somewhere/tensorflow');
  });

  test('that is not there, or has none, is refused with what to do', () => {
    expect(() => libraryOfPython('no-such-python')).toThrow(/There is no Python as 'no-such-python'.*pip install/);
    expect(() => libraryOfPython(pythonAnswering(''))).toThrow(/has no TensorFlow.*pip install/);
  });
});

test('a compiler that does not answer is named, with where to get one', () => {
  expect(() => findCompiler({ ...process.env, CXX: 'no-such-compiler' })).toThrow(
    /CXX names, 'no-such-compiler', does not answer.*Install one/,
  );
  expect(() => findCompiler({ PATH: temporaryFolder() })).toThrow(/There is no C\+\+ compiler here.*Install one/);
});

test("Node's headers beside a Node come first", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'include/node'), { recursive: true });
  copyFileSync(fileURLToPath(import.meta.url), join(folder, 'include/node/node_api.h'));
  expect(findNodeHeaders(installation, join(folder, 'bin/node'))).toBe(join(folder, 'include/node'));
});

test('the command ends with one sentence and an exit code where something is missing', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  const folder = packageWithout(['libtensorflow_cc.so.2']);
  const { status, stdout, stderr } = run('--library', folder);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(`^In ${folder} the library libtensorflow_cc is missing\\. Nothing was changed\\. .+\\n$`),
  );
  expect(run('--what').stderr).toContain("Unknown option '--what'");
});
