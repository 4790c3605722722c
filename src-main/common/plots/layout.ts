import type { Plot } from '../../contract/figures.ts';
import { layoutOfBars } from './bars.ts';
import { layoutOfIntervals } from './intervals.ts';
import { layoutOfMap } from './map.ts';
import type { Layout } from './marks.ts';
import { layoutOfPoints } from './points.ts';

/** A plot of the statistics, laid out. @param width pixels */
export function layoutOf(plot: Plot, width: number): Layout {
  if (plot.kind === 'bars') return layoutOfBars(plot, width);
  if (plot.kind === 'points') return layoutOfPoints(plot, width);
  if (plot.kind === 'intervals') return layoutOfIntervals(plot, width);
  return layoutOfMap(plot, width);
}
