import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { Plot } from '../../contract/figures.ts';
import { type Html, html } from '../html/page.ts';
import { frame, picture, round } from './frame.ts';

const height = 620;
const margin = 20;
/** The fifth one is grey, as what is in no cluster. */
const colours = 4;

/** A map of texts: squares are posts, circles are comments, grey ones are in no cluster. Its texts show where one points. */
export function mapPicture({ points, clusters }: Extract<Plot, { kind: 'map' }>, says: string): Html {
  const [left = 0, right = 1] = extent(points, ({ x }) => x);
  const [top = 0, bottom = 1] = extent(points, ({ y }) => y);
  const x = scaleLinear([left, right], [margin, frame.width - margin]);
  const y = scaleLinear([top, bottom], [margin, height - margin]);
  const marks = points.map((point) => {
    const [at, down] = [round(x(point.x)), round(y(point.y))];
    const colour = point.cluster < 0 ? 'outlier' : `series-${(point.cluster % colours) + 1}`;
    const title = html`<title>${point.text}</title>`;
    return point.kind === 'post'
      ? html`<rect class="${colour}" x="${round(at - 3)}" y="${round(down - 3)}" width="6" height="6">${title}</rect>`
      : html`<circle class="${colour}" cx="${at}" cy="${down}" r="3">${title}</circle>`;
  });
  const names = clusters.map(
    (cluster, index) =>
      html`<text class="name" x="${round(x(cluster.x))}" y="${round(y(cluster.y))}" text-anchor="middle">${index + 1}</text>`,
  );
  return picture(says, [html`<g class="texts">${marks}</g>`, ...names], height);
}
