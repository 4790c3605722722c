/** Loaded into a process before everything else: its clock jumps, by hours and by years, back and forth. */
import { createRandom } from '../../../src-main/common/random.ts';

const random = createRandom(Number(process.env.TIEBREAK_CLOCK ?? 1));
const jumps = [0, 0, 3_600_000, -3_600_000, 86_400_000, -86_400_000, 31_536_000_000, -31_536_000_000] as const;
const RealDate = Date;
let offset = 0;
let calls = 0;
const now = (): number => {
  if (calls++ % 7 === 0) offset = jumps[Math.floor(random() * jumps.length)]!;
  return RealDate.now() + offset;
};

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], made) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, made) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
