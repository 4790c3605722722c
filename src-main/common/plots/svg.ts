import type { Element, Text } from 'hast';
import type { MapLayout } from './map.ts';
import { type Layout, type Mark, rect, circle as round } from './marks.ts';

/** How much of a mark is left where another place is read. */
const paleness = 0.55;

/** A plot as a picture that tells everybody what it shows. @param place the one that is read, if one is */
export function svgOf(layout: Layout, says: string, place: number | null = null): Element {
  const { marks, reading } = layout;
  const dims = place !== null && reading?.dimsOthers === true;
  const shown = marks.map((mark) =>
    elementOf(mark, dims && mark.place !== undefined && mark.place !== place ? { opacity: paleness } : {}),
  );
  const onTop = place === null || !reading ? [] : reading.marks(place).map((mark) => elementOf(mark));
  return picture(layout, says, [...shown, ...onTop]);
}

/** A map whose texts show where one points, without a script. */
export function svgOfMapWithTexts(layout: MapLayout, says: string): Element {
  const shapes = layout.groups.map(({ kind, points, mark }): Element => {
    const { stroke, opacity, 'stroke-width': size } = mark.at;
    const half = Number(size) / 2;
    const look = { fill: String(stroke) };
    const children = points.map(({ x, y, text }) => {
      const shape = kind === 'post' ? rect(x - half, y - half, 2 * half, 2 * half, look) : round(x, y, half, look);
      return { ...elementOf(shape), children: [element('title', {}, [words(text)])] };
    });
    return element('g', { opacity: Number(opacity) }, children);
  });
  return picture(layout, says, [...shapes, ...layout.names.map((mark) => elementOf(mark))]);
}

/** The sign of a series beside its name. */
export function svgOfKey(colour: string, dash: string | null): Element {
  const sign =
    dash === null
      ? rect(0, 0, 12, 12, { rx: 2, fill: colour })
      : {
          tag: 'line' as const,
          at: { x1: 1, x2: 23, y1: 6, y2: 6, stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dash },
        };
  const width = dash === null ? 12 : 24;
  return element('svg', { width, height: 12, viewBox: `0 0 ${width} 12`, 'aria-hidden': 'true' }, [elementOf(sign)]);
}

const picture = ({ width, height }: Layout, says: string, children: readonly Element[]): Element =>
  element('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': says }, children);

const elementOf = ({ tag, at, text, inside }: Mark, more: Mark['at'] = {}): Element =>
  element(tag, { ...at, ...more }, text === undefined ? (inside ?? []).map((mark) => elementOf(mark)) : [words(text)]);

const words = (value: string): Text => ({ type: 'text', value });

const element = (
  tagName: string,
  properties: Readonly<Record<string, string | number>>,
  children: readonly (Element | Text)[],
): Element => ({ type: 'element', tagName, properties: { ...properties }, children: [...children] });
