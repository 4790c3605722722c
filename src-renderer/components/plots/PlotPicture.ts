import type { FunctionalComponent } from 'vue';
import type { Layout } from '../../../src-main/common/plots/marks.ts';
import { svgOf } from '../../../src-main/common/plots/svg.ts';
import { drawnTree } from '../tree.ts';

/** A plot that is laid out, as a picture; with what is read at a place, where one is. */
export const PlotPicture: FunctionalComponent<{ layout: Layout; says: string; place?: number | null }> = ({
  layout,
  says,
  place = null,
}) => drawnTree(svgOf(layout, says, place));
PlotPicture.props = ['layout', 'says', 'place'];
