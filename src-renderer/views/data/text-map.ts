import { ref, shallowRef } from 'vue';
import type { Section } from '../../../src-main/contract/figures.ts';
import { client, messageOf } from '../../api.ts';
import { onChange } from '../../composables/live.ts';
import { whenEnded } from '../../composables/tasks.ts';

/** The last map, for as long as the page lives. */
export const textMap = shallowRef<Section | null>(null);
/** Whether posts or comments have changed since. */
export const mapStale = ref(false);
export const mapTask = shallowRef<number | null>(null);
export const drawing = ref(false);
export const mapFailure = ref<string | null>(null);

onChange(['posts', 'imports'], () => {
  mapStale.value = true;
});

/** Draws the map; the application gives the one it has where nothing has changed. */
export async function redraw(): Promise<void> {
  if (drawing.value) return;
  drawing.value = true;
  mapFailure.value = null;
  mapStale.value = false;
  try {
    const started = await client.data.map();
    mapTask.value = started.task;
    const ended = await whenEnded(started);
    if (ended.kind === 'map' && ended.result) textMap.value = ended.result;
    else if (ended.state !== 'cancelled') mapFailure.value = ended.error?.message ?? 'Nothing was drawn.';
  } catch (error) {
    mapFailure.value = messageOf(error);
  } finally {
    drawing.value = false;
    mapTask.value = null;
  }
}
