import { ref, shallowRef } from 'vue';
import type { Section } from '../../../src-main/contract/figures.ts';
import { client } from '../../api.ts';
import { onChange } from '../../composables/live.ts';
import { createStartedTask } from '../../composables/started-task.ts';

export const mapHead = { id: 'map', title: 'Map of posts and comments' } as const;

/** The last map, for as long as the page lives. */
export const textMap = shallowRef<Section | null>(null);
/** Whether posts or comments have changed since. */
export const mapStale = ref(false);
export const drawing = createStartedTask();

onChange(['posts', 'imports'], () => {
  mapStale.value = true;
});

/** Draws the map; the application gives the one it has where nothing has changed. */
export async function redraw(): Promise<void> {
  if (drawing.busy.value) return;
  mapStale.value = false;
  const result = await drawing.run('map', () => client.data.map());
  if (result) textMap.value = result;
}
