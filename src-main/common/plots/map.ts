import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { MapCluster, MapPoint, Plot } from '../../contract/figures.ts';
import { dots, type Layout, label, looks, type Mark, round, seriesColour } from './marks.ts';

const margin = 16;
/** The fifth one is grey, as what is in no cluster. */
const colours = 4;

type Place = { readonly x: number; readonly y: number };

/** Points of one cluster and kind: they look the same. */
type MapGroup = {
  readonly cluster: number;
  readonly kind: MapPoint['kind'];
  readonly points: readonly (Place & { readonly text: string })[];
  /** All of them as one mark. */
  readonly mark: Mark;
};

export type MapLayout = Layout & {
  readonly place: (point: MapPoint | MapCluster) => Place;
  readonly groups: readonly MapGroup[];
  /** The numbers of clusters. */
  readonly numbers: readonly Mark[];
};

/** A map of texts: squares are posts, circles are comments, grey ones are in no cluster. @param width pixels */
export function layoutOfMap(
  { points, clusters }: Omit<Extract<Plot, { kind: 'map' }>, 'kind'>,
  width: number,
): MapLayout {
  const height = Math.round(Math.max(320, Math.min(620, width * 0.7)));
  const [left = 0, right = 1] = extent(points, ({ x }) => x);
  const [top = 0, bottom = 1] = extent(points, ({ y }) => y);
  const x = scaleLinear([left, right], [margin, Math.max(margin + 1, width - margin)]);
  const y = scaleLinear([top, bottom], [margin, height - margin]);
  const place = (point: Place): Place => ({ x: round(x(point.x)), y: round(y(point.y)) });
  const groups = [-1, ...clusters.keys()].flatMap((cluster) =>
    (['comment', 'post'] as const).map((kind): MapGroup => {
      const members = points
        .filter((point) => point.cluster === cluster && point.kind === kind)
        .map((point) => ({ ...place(point), text: point.text }));
      const look =
        cluster < 0
          ? { stroke: 'var(--line-strong)', opacity: 0.4 }
          : { stroke: seriesColour(cluster % colours), opacity: 0.75 };
      const size = cluster < 0 ? 3.5 : kind === 'post' ? 4.5 : 5;
      return { cluster, kind, points: members, mark: dots(members, size, look, kind === 'post' ? 'square' : 'round') };
    }),
  );
  const numbers = numbersOf(clusters, place);
  return {
    width,
    height,
    marks: [...groups.map(({ mark }) => mark), ...numbers],
    legend: [],
    note: 'Squares are posts, circles are comments.',
    reading: null,
    place,
    groups: groups.filter(({ points: members }) => members.length > 0),
    numbers,
  };
}

/** Numbers that have room; the other clusters are in the table. */
function numbersOf(clusters: readonly MapCluster[], place: (point: Place) => Place): readonly Mark[] {
  const taken: Place[] = [];
  const look = {
    ...looks.strong,
    'font-weight': 700,
    'paint-order': 'stroke',
    stroke: 'var(--page)',
    'stroke-width': 4,
  };
  return clusters.flatMap((cluster, index) => {
    const at = place(cluster);
    if (taken.some(({ x, y }) => Math.abs(x - at.x) < 24 && Math.abs(y - at.y) < 18)) return [];
    taken.push(at);
    return [label(String(index + 1), at.x, at.y + 4.5, 'middle', look)];
  });
}
