import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { MapCluster, MapPoint, Plot } from '../../contract/figures.ts';
import { namesOnMap } from './map-names.ts';
import { dots, type Layout, type Mark, round } from './marks.ts';
import { seriesColour } from './palette.ts';

const margin = 16;

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
  /** Of the clusters, those that have room. */
  readonly names: readonly Mark[];
};

/** What is seen of a map: its middle, as shares of the whole, and how many times as large it is. */
export type MapView = Place & { readonly zoom: number };

export const wholeMap: MapView = { x: 0.5, y: 0.5, zoom: 1 };

/** A map of texts with the words of its groups: squares are posts, circles are comments, grey ones are in no group. @param width pixels */
export function layoutOfMap(
  { points, clusters }: Omit<Extract<Plot, { kind: 'map' }>, 'kind'>,
  width: number,
  view: MapView = wholeMap,
): MapLayout {
  const height = Math.round(Math.max(320, Math.min(620, width * 0.7)));
  const [left = 0, right = 1] = extent(points, ({ x }) => x);
  const [top = 0, bottom = 1] = extent(points, ({ y }) => y);
  const seen = (low: number, high: number, middle: number): [number, number] => {
    const at = low + middle * (high - low);
    const reach = (high - low) / view.zoom / 2;
    return [at - reach, at + reach];
  };
  const x = scaleLinear(seen(left, right, view.x), [margin, Math.max(margin + 1, width - margin)]);
  const y = scaleLinear(seen(top, bottom, view.y), [margin, height - margin]);
  const place = (point: Place): Place => ({ x: round(x(point.x)), y: round(y(point.y)) });
  const groups = [-1, ...clusters.keys()].flatMap((cluster) =>
    (['comment', 'post'] as const).map((kind): MapGroup => {
      const members = points
        .filter((point) => point.cluster === cluster && point.kind === kind)
        .map((point) => ({ ...place(point), text: point.text }));
      const look =
        cluster < 0 ? { stroke: 'var(--line-strong)', opacity: 0.4 } : { stroke: seriesColour(cluster), opacity: 0.75 };
      const size = cluster < 0 ? 3.5 : kind === 'post' ? 4.5 : 5;
      return { cluster, kind, points: members, mark: dots(members, size, look, kind === 'post' ? 'square' : 'round') };
    }),
  );
  const names = namesOnMap(clusters, place, { width, height });
  return {
    width,
    height,
    marks: [...groups.map(({ mark }) => mark), ...names],
    legend: [],
    note: 'Squares are posts, circles are comments. A group is named by its most typical words, where there is room.',
    reading: null,
    place,
    groups: groups.filter(({ points: members }) => members.length > 0),
    names,
  };
}
