import type { Interval } from '../contract/evaluation.ts';

/** The normal deviate between whose two signs 95% lie. */
const deviate = 1.959963984540054;

/** 95% interval of a share of so many independent cases (Wilson, 1927): also where none or all of them are. NaN without a case. */
export function wilsonInterval(share: number, cases: number): Interval {
  const square = deviate * deviate;
  const middle = (share + square / (2 * cases)) / (1 + square / cases);
  const reach =
    (deviate / (1 + square / cases)) * Math.sqrt((share * (1 - share)) / cases + square / (4 * cases * cases));
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}
