import { computed, ref } from 'vue';
import { type MapView, wholeMap } from '../../../src-main/common/plots/map.ts';

const furthestIn = 12;
const step = 1.6;

/** What is seen of a map, as one moves over it. Shares are of the whole map, from its left and top edge. */
export function createMapView() {
  const view = ref<MapView>(wholeMap);
  const isWhole = computed(() => view.value.zoom === 1);
  /** Nothing beyond the edges is shown. */
  const within = (middle: number, zoom: number): number => Math.min(1 - 0.5 / zoom, Math.max(0.5 / zoom, middle));
  const set = (x: number, y: number, zoom: number): void => {
    view.value = { x: within(x, zoom), y: within(y, zoom), zoom };
  };
  /** Makes it so many times as large; what is at this place of the picture stays there. */
  function zoomBy(times: number, at: { readonly x: number; readonly y: number } = { x: 0.5, y: 0.5 }): void {
    const { x, y, zoom } = view.value;
    const next = Math.min(furthestIn, Math.max(1, zoom * times));
    const shift = 1 / zoom - 1 / next;
    set(x + (at.x - 0.5) * shift, y + (at.y - 0.5) * shift, next);
  }
  return {
    view,
    isWhole,
    closest: computed(() => view.value.zoom >= furthestIn),
    closer: (at?: { readonly x: number; readonly y: number }) => zoomBy(step, at),
    further: (at?: { readonly x: number; readonly y: number }) => zoomBy(1 / step, at),
    whole: () => {
      view.value = wholeMap;
    },
    /** Moves it by shares of the picture. */
    moveBy: (x: number, y: number) =>
      set(view.value.x - x / view.value.zoom, view.value.y - y / view.value.zoom, view.value.zoom),
    /** Shows a place, given by shares of the picture, that lies beyond it. */
    reveal: (x: number, y: number): void => {
      if (x >= 0 && x <= 1 && y >= 0 && y <= 1) return;
      set(view.value.x + (x - 0.5) / view.value.zoom, view.value.y + (y - 0.5) / view.value.zoom, view.value.zoom);
    },
  };
}
