import { watchEffect } from 'vue';
import { useRoute } from 'vue-router';
import { useProjects } from './projects.ts';

/** The title of the page says where one is; of several projects, in which one. */
export function useTitle(): void {
  const route = useRoute();
  const { projects, atHand } = useProjects();
  watchEffect(() => {
    const view = String(route.meta.title ?? 'Compare');
    const project = projects.value.length > 1 && atHand.value ? [atHand.value.name] : [];
    document.title = [view, ...project, 'Tiebreak'].join(' · ');
  });
}
