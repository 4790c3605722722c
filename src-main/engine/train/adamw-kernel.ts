/**
 * What the end of a training step does with numbers in the computer's own memory, in one pass and four at a time: AdamW, as `adamWProgram`
 * computes it, and sums of squares. A runtime would go over every tensor a dozen times and hand back copies.
 */

/** WebAssembly's text format. Places are bytes from the memory's beginning, and lengths whole fours. A test holds `compiled` to it. */
export const source = `
(module
  (import "shared" "memory" (memory 1 65536 shared))
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
      (br_if $four (i32.lt_u (local.get $weight) (local.get $end)))))
  (func (export "sumSquares") (param $from i32) (param $end i32) (result f64)
    (local $four v128) (local $two v128) (local $sum v128) (local $other v128)
    (loop $next
      (local.set $four (v128.load (local.get $from)))
      (local.set $two (f64x2.promote_low_f32x4 (local.get $four)))
      (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $two) (local.get $two))))
      (local.set $two (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))
      (local.set $other (f64x2.add (local.get $other) (f64x2.mul (local.get $two) (local.get $two))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (local.set $sum (f64x2.add (local.get $sum) (local.get $other)))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum)))))
`;

/** The same as WebAssembly, in base64. */
export const compiled =
  'AGFzbQEAAAABFQJgC39/f39/fX19fX19AGACf38BfAIVAQZzaGFyZWQGbWVtb3J5AgMBgIAEAwMCAAEHFQIEc3RlcAAACnN1bVNxdWFyZXMAAQqVAgKkAQEDewNAIAH9AAQAIAr9E/3mASELIAL9AAQAIAX9E/3mASAL/eQBIQwgA/0ABAAgBv0T/eYBIAsgC/3mAf3kASENIAIgDP0LBAAgAyAN/QsEACAAIAD9AAQAIAf9E/3mASAMIA394wEgCf0T/eQB/ecBIAj9E/3mAf3lAf0LBAAgAEEQaiEAIAFBEGohASACQRBqIQIgA0EQaiEDIAAgBEkNAAsLbQEEewNAIAD9AAQAIQIgAv1fIQMgBCADIAP98gH98AEhBCACIAL9DQgJCgsMDQ4PCAkKCwwNDg/9XyEDIAUgAyAD/fIB/fABIQUgAEEQaiEAIAAgAUkNAAsgBCAF/fABIQQgBP0hACAE/SEBoAs=';

/** Memory that several threads see. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer };

export type AdamWKernel = {
  /** One step on the numbers from these places on; the first is read up to `end`. */
  readonly step: (
    weight: number,
    gradient: number,
    m: number,
    v: number,
    end: number,
    beta1: number,
    beta2: number,
    decay: number,
    stepSize: number,
    epsilon: number,
    scale: number,
  ) => void;
  readonly sumSquares: (from: number, end: number) => number;
};

/** Every Node has it; its types stand with those of a page's document, which there is none of here. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly shared: { readonly memory: SharedMemory } },
  ) => { readonly exports: AdamWKernel };
};

const pageSize = 65536;
/** What one memory can hold, less a page: places and ends are numbers of 32 bits. */
export const mostSharedBytes = 65535 * pageSize;

/** Zeros, of so many bytes at least and `mostSharedBytes` at most. */
export function createSharedMemory(bytes: number): SharedMemory {
  const pages = Math.max(1, Math.ceil(bytes / pageSize));
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

export function createKernel(memory: SharedMemory): AdamWKernel {
  const module = new WebAssembly.Module(Buffer.from(compiled, 'base64'));
  return new WebAssembly.Instance(module, { shared: { memory } }).exports;
}
