import type { MapCluster } from '../../contract/figures.ts';
import { label, letterSize, looks, type Mark } from './marks.ts';
import { cut, textWidth } from './text-width.ts';

type Place = { readonly x: number; readonly y: number };

const wordsShown = 3;
const widestWord = 130;
/** Bold letters are wider than those that are measured. */
const bold = 1.12;
const half = Math.round(0.7 * letterSize);
/** Pixels between a name and the next one, and from a name to the edge. */
const gap = 4;

/** A group by its most typical words; by its number where it has none. */
export const groupName = ({ words }: MapCluster, index: number): string =>
  words.slice(0, wordsShown).join(', ') || `Group ${index + 1}`;

/**
 * The names of the groups that are in sight, in the middle of each or as near to it as there is room, the largest first. A name loses words
 * before it is left out; none lies over another.
 */
export function namesOnMap(
  clusters: readonly MapCluster[],
  place: (cluster: MapCluster) => Place,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Mark[] {
  const taken: Box[] = [];
  return clusters
    .toSorted((a, b) => b.size - a.size)
    .flatMap((cluster) => {
      const at = place(cluster);
      if (at.x < 0 || at.y < 0 || at.x > width || at.y > height) return [];
      for (const name of namesOf(cluster)) {
        const wide = (bold * textWidth(name)) / 2;
        const found = around(at, wide).find(
          (box) =>
            box.x - wide >= gap &&
            box.x + wide <= width - gap &&
            box.y - half >= gap &&
            box.y + half <= height - gap &&
            !taken.some((other) => overlap(box, other)),
        );
        if (!found) continue;
        taken.push(found);
        return [label(name, found.x, found.y + 4.5, 'middle', looks.haloed)];
      }
      return [];
    });
}

/** A name by its middle, and how far it reaches to each side. */
type Box = Place & { readonly wide: number };

/** As many words as there may be room for, the longest name first. */
function namesOf({ words }: MapCluster): readonly string[] {
  const shown = words.slice(0, wordsShown).map((word) => cut(word, widestWord));
  return shown.map((_, less) => shown.slice(0, shown.length - less).join(', '));
}

function around({ x, y }: Place, wide: number): readonly Box[] {
  const step = 2 * half + gap;
  const ups = [0, -step, step, -2 * step, 2 * step];
  return ups.flatMap((up) => [0, -wide / 2, wide / 2].map((along) => ({ x: x + along, y: y + up, wide })));
}

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < a.wide + b.wide + 2 * gap && Math.abs(a.y - b.y) < 2 * half + gap;
