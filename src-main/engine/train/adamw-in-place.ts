/**
 * AdamW in the computer's own memory, all of it in one pass: what `adamWProgram` computes, four numbers at a time. A runtime would go over
 * every tensor a dozen times and hand back copies; a training's weights are read and written once here.
 */

import type { HostTensors } from '../runtime/runtime.ts';
import type { AdamWConfig } from './optimizer.ts';

/**
 * A step on `$end / 4` numbers that stand at these places, four at a time, in WebAssembly's text format. A test holds `compiled` to it.
 */
export const source = `
(module
  (memory (export "memory") 2)
  (func (export "step")
    (param $weight i32) (param $gradient i32) (param $m i32) (param $v i32) (param $end i32)
    (param $beta1 f32) (param $beta2 f32) (param $decay f32) (param $stepSize f32) (param $epsilon f32) (param $scale f32)
    (local $g v128) (local $first v128) (local $second v128)
    (loop $four
      (local.set $g (f32x4.mul (v128.load (local.get $gradient)) (f32x4.splat (local.get $scale))))
      (local.set $first (f32x4.add
        (f32x4.mul (v128.load (local.get $m)) (f32x4.splat (local.get $beta1)))
        (local.get $g)))
      (local.set $second (f32x4.add
        (f32x4.mul (v128.load (local.get $v)) (f32x4.splat (local.get $beta2)))
        (f32x4.mul (local.get $g) (local.get $g))))
      (v128.store (local.get $m) (local.get $first))
      (v128.store (local.get $v) (local.get $second))
      (v128.store (local.get $weight) (f32x4.sub
        (f32x4.mul (v128.load (local.get $weight)) (f32x4.splat (local.get $decay)))
        (f32x4.mul
          (f32x4.div (local.get $first) (f32x4.add (f32x4.sqrt (local.get $second)) (f32x4.splat (local.get $epsilon))))
          (f32x4.splat (local.get $stepSize)))))
      (local.set $weight (i32.add (local.get $weight) (i32.const 16)))
      (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $weight) (local.get $end))))))
`;

/** The same as WebAssembly, in base64. */
export const compiled =
  'AGFzbQEAAAABDwFgC39/f39/fX19fX19AAMCAQAFAwEAAgcRAgZtZW1vcnkCAARzdGVwAAAKpwEBpAEBA3sDQCAB/QAEACAK/RP95gEhCyAC/QAEACAF/RP95gEgC/3kASEMIAP9AAQAIAb9E/3mASALIAv95gH95AEhDSACIAz9CwQAIAMgDf0LBAAgACAA/QAEACAH/RP95gEgDCAN/eMBIAn9E/3kAf3nASAI/RP95gH95QH9CwQAIABBEGohACABQRBqIQEgAkEQaiECIANBEGohAyAAIARJDQALCw==';

/** Every Node has it; its types stand with those of a page's document, which there is none of here. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly step: (...values: readonly number[]) => void;
    };
  };
};

/** Numbers that are in its memory at once, of each tensor: all four stay in the fastest cache but one. */
const blockSize = 8192;

/** The tensors of one parameter, flat and of equal length. */
type AdamWTensors = Readonly<Record<'weight' | 'gradient' | 'm' | 'v', Float32Array>>;

/** One step of AdamW on tensors, which it changes; the scalars are those of `adamWFeeds`. */
export type AdamWInPlace = (tensors: AdamWTensors, scalars: HostTensors) => void;

/** AdamW as `adamWProgram` has it, for tensors that lie in the computer's own memory. */
export function adamWInPlace(config: AdamWConfig): AdamWInPlace {
  const module = new WebAssembly.Module(Buffer.from(compiled, 'base64'));
  const { memory, step } = new WebAssembly.Instance(module).exports;
  const names = ['weight', 'gradient', 'm', 'v'] as const;
  const places = names.map((_, i) => 4 * i * blockSize);
  const blocks = places.map((place) => new Float32Array(memory.buffer, place, blockSize));
  return (tensors, scalars) => {
    const { decay, stepSize, epsilon, scale } = scalars;
    const clipped = config.maxGradientNorm > 0 ? scale!.data[0]! : 1;
    const rest = [config.beta1, config.beta2, decay!.data[0]!, stepSize!.data[0]!, epsilon!.data[0]!, clipped];
    const { length } = tensors.weight;
    for (let from = 0; from < length; from += blockSize) {
      const to = Math.min(length, from + blockSize);
      for (const [i, name] of names.entries()) blocks[i]!.set(tensors[name].subarray(from, to));
      step(...places, 4 * (to - from), ...rest);
      for (const [i, name] of names.entries()) {
        if (name !== 'gradient') tensors[name].set(blocks[i]!.subarray(0, to - from), from);
      }
    }
  };
}
