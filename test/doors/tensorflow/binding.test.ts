import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { buildBinding } from '../../../src-main/doors/tensorflow/binding.ts';
import { findCompiler, findNodeHeaders, type Library } from '../../../src-main/doors/tensorflow/find.ts';
import { installation } from '../../../src-main/root.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A binding as small as one can be, with the two things that a new one is asked for. */
const source = `
#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value Gpu(napi_env env, napi_callback_info) { napi_value no; napi_get_boolean(env, false, &no); return no; }
static napi_value Init(napi_env env, napi_value exports) {
  napi_value version, gpu;
  napi_create_string_latin1(env, TF_Version(), -1, &version);
  napi_create_function(env, "isUsingGpuDevice", -1, Gpu, nullptr, &gpu);
  napi_set_named_property(env, exports, "TF_Version", version);
  napi_set_named_property(env, exports, "isUsingGpuDevice", gpu);
  return exports;
}
NAPI_MODULE(small, Init)`;

/** Compiler and headers, or the reason why there is none. */
function tools(context: TestContext) {
  if (process.platform === 'win32') return context.skip('the binding is built on Linux and macOS only');
  try {
    return { compiler: findCompiler(process.env), headers: findNodeHeaders(installation) };
  } catch (error) {
    return context.skip(`TensorFlow's binding can't be built here: ${(error as Error).message.split('.')[0]}`);
  }
}

/** A house whose package @tensorflow/tfjs-node-gpu has this binding. */
function houseWith(binding: string): string {
  const root = temporaryFolder();
  const folder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  mkdirSync(join(folder, 'binding'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ binary: { napi_versions: [3, 8, 1000] } }));
  writeFileSync(join(folder, 'binding/tfjs_backend.cc'), '');
  writeFileSync(join(folder, 'binding/tfjs_binding.cc'), binding);
  return root;
}

/** A TensorFlow of one function, which says this version. */
function smallLibrary(compiler: string, version: string): Library {
  const folder = temporaryFolder();
  const headers = join(folder, 'include');
  mkdirSync(join(headers, 'tensorflow/c'), { recursive: true });
  writeFileSync(join(headers, 'tensorflow/c/c_api.h'), 'extern "C" const char* TF_Version();');
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name, i) => {
    const text =
      i === 0 ? `extern "C" const char* TF_Version() { return "${version}"; }` : 'extern "C" void Nothing() {}';
    const [code, path] = [join(folder, `${i}.cc`), join(folder, name)];
    writeFileSync(code, text);
    const { status, stderr } = spawnSync(compiler, ['-shared', '-fPIC', `-Wl,-soname,${name}`, code, '-o', path], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    return path;
  });
  return { folder, headers, libraries };
}

const lib = (root: string): string => join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib');
const host = { program: process.execPath, env: process.env };

test('is built, found by its library wherever that is, and replaced by the next', (context) => {
  const { compiler, headers } = tools(context);
  const root = houseWith(source);
  const build = (version: string) => buildBinding(root, smallLibrary(compiler, version), compiler, headers, host);
  const path = join(lib(root), 'napi-v8/tfjs_binding.node');
  expect(build('1.2.3')).toEqual({ path, version: '1.2.3', gpu: false });
  expect(build('4.5.6')).toEqual({ path, version: '4.5.6', gpu: false });
  expect(readdirSync(lib(root))).toEqual(['napi-v8']);
});

test('that does not compile or load leaves the one before, with the reason', (context) => {
  const { compiler, headers } = tools(context);
  const root = houseWith(source);
  const library = smallLibrary(compiler, '1.2.3');
  const { path } = buildBinding(root, library, compiler, headers, host);
  const before = readFileSync(path);
  const binding = join(root, 'node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc');

  writeFileSync(binding, source.replace('TF_Version()', 'TF_NoSuchFunction()'));
  const build = () => buildBinding(root, library, compiler, headers, host);
  expect(build).toThrow(/could not be compiled with .*TF_NoSuchFunction.*What was there before stays/);
  writeFileSync(binding, source.replace('return exports;', 'return *(napi_value*)nullptr;'));
  expect(build).toThrow(/does not load in .*it ends the process \(SIG\w+\)\. What was there before stays/);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(lib(root))).toEqual(['napi-v8']);
});

test('is refused where the optional package is missing', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{}');
  const library = { folder: root, headers: root, libraries: [] };
  expect(() => buildBinding(root, library, 'c++', root, host)).toThrow("isn't installed. Nothing was changed");
  expect(existsSync(lib(root))).toBe(false);
});
