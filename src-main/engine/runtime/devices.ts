import { existsSync } from 'node:fs';
import { type Device, devices } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { createGraph, input, state } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { createOnnxRuntime } from './onnx.ts';
import * as ort from './onnxruntime.ts';
import type { Runtime } from './runtime.ts';
import { createTensorflowRuntime } from './tensorflow.ts';
import { checkNativeTensorflow, loadTensorflow } from './tensorflow-load.ts';

export type FoundDevice = {
  readonly device: Device;
  readonly available: boolean;
  /** What it is, or why it can't be used. */
  readonly detail: string;
  /** Whether it is a graphics card, or what stands for one. */
  readonly onCard: boolean;
  /** So slow that it is made of software, and a training step on it would take minutes. */
  readonly slow: boolean;
};

/** For half a billion operations any processor takes less. */
const slowMs = 200;

export type Opened = { readonly runtime: Runtime; readonly warning: string | null };

export const providerDetails = {
  cpu: 'ONNX Runtime on the processor',
  webgpu: 'ONNX Runtime on the graphics card, through Vulkan, Metal or DirectX',
  cuda: 'ONNX Runtime on an NVIDIA card, through CUDA',
  dml: 'ONNX Runtime on the graphics card, through DirectML',
  coreml: 'ONNX Runtime through Core ML',
} as const;

/** The devices that may be here: ONNX Runtime's providers, then TensorFlow. */
export const possibleDevices = (): readonly Device[] => [...supportedProviders(), 'tensorflow'];

/** Tries a device: what it is, or why it can't be used. */
export async function findDevice(device: Device): Promise<FoundDevice> {
  if (device === 'tensorflow') {
    const native = checkNativeTensorflow();
    const loaded = native.loads ? await loadTensorflow() : native;
    return { device, available: native.loads, detail: loaded.detail, onCard: loaded.gpu === true, slow: false };
  }
  const trial = await tryProvider(device);
  const onCard = device !== 'cpu';
  if ('reason' in trial) return { device, available: false, detail: trial.reason, onCard, slow: false };
  return {
    device,
    available: true,
    detail: providerDetails[device as keyof typeof providerDetails] ?? device,
    onCard,
    slow: onCard && trial.milliseconds > slowMs,
  };
}

/** The runtime for a device. Throws TiebreakError device-unavailable where it can't be used. */
export async function openRuntime(device: Device): Promise<Opened> {
  if (device === 'tensorflow') return openTensorflow();
  const trial = await tryProvider(device);
  if ('reason' in trial) {
    throw new TiebreakError('device-unavailable', `The device '${device}' can't be used here: ${trial.reason}`);
  }
  return { runtime: createOnnxRuntime(device), warning: null };
}

/** Of ONNX Runtime. */
export const runtimeVersion = (): string => ort.env.versions.node ?? ort.env.versions.common;

/** Whether there may be a card for TensorFlow: its library takes seconds and 300 MB to load, only to find none. */
export function mayHaveNvidia(): boolean {
  return ['/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path));
}

async function openTensorflow(): Promise<Opened> {
  const { native, detail } = await loadTensorflow();
  const runtime = await createTensorflowRuntime();
  const warning = `TensorFlow runs on its plain JavaScript backend, which is slow. ${detail}`;
  return { runtime, warning: native ? null : warning };
}

/** Those of our devices that this build of ONNX Runtime knows as providers. */
function supportedProviders(): Device[] {
  const names = ort.listSupportedBackends().map(({ name }) => name);
  return devices.filter((device) => names.includes(device));
}

/** A provider that works, and how long some matrix products take on it once it is warm; or why it doesn't. */
type Trial = { readonly milliseconds: number } | { readonly reason: string };

const trials = new Map<Device, Promise<Trial>>();

/** Tries a provider, once in the life of the process. */
function tryProvider(device: Device): Promise<Trial> {
  const trial = trials.get(device) ?? compute(device).catch((error: unknown) => ({ reason: reasonOf(device, error) }));
  trials.set(device, trial);
  return trial;
}

/** Half a billion operations on a device, with a tensor that stays there. Throws where that can't be done. */
async function compute(device: Device): Promise<Trial> {
  if (device === 'webgpu') requireVulkan();
  // What ONNX Runtime's log says of a missing provider is in the error too.
  ort.env.logLevel = 'fatal';
  const size = 512;
  const graph = createGraph();
  const x = input(graph, 'x', [size, size]);
  const weight = state(graph, 'weight', [size, size]);
  let y = x;
  for (let i = 0; i < 2; i++) y = o.gelu(o.linear(y, weight));
  const total = o.sum(y, [0, 1]);
  const runtime = createOnnxRuntime(device);
  const program = await runtime.compile({
    graph,
    outputs: { total },
    stored: { weight: o.add(weight, o.mul(total, 0)) },
  });
  const kept = runtime.createState();
  kept.put(new Map([['weight', { data: new Float32Array(size * size).fill(1 / size), shape: [size, size] }]]));
  const feeds = { x: { data: new Float32Array(size * size).fill(1), shape: [size, size] } };
  let milliseconds = Number.POSITIVE_INFINITY;
  // The first run compiles the device's kernels; on one made of software it takes seconds, and we know enough.
  for (let i = 0; i < 3 && !(i === 1 && milliseconds > 3000); i++) {
    const begun = performance.now();
    await program.run(feeds, kept);
    milliseconds = Math.min(milliseconds, performance.now() - begun);
  }
  kept.dispose();
  await program.dispose();
  return { milliseconds };
}

/** On Linux WebGPU stands on Vulkan, and without it prints a warning of its own. Throws where it is missing. */
function requireVulkan(): void {
  if (process.platform !== 'linux') return;
  try {
    // Opens the library and then finds that it is no module of Node's; what matters is whether it was there.
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    if (!/cannot open shared object/.test(String(error))) return;
    throw new Error("libvulkan.so.1 is missing (Debian's package libvulkan1)");
  }
}

/** Why a provider failed, in one line without the source positions of its authors. */
function reasonOf(device: Device, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/backend not found/.test(text)) return 'this build of ONNX Runtime does not have it';
  if (device === 'cuda' && /Failed to load shared library/.test(text)) {
    return 'the CUDA provider of ONNX Runtime is not installed or does not load';
  }
  const said = /Failed to [^\n]*/.exec(text)?.[0] ?? text.split('\n')[0]!;
  return said.trim();
}
