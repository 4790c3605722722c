import { computed, shallowRef, watch } from 'vue';
import type { ProjectLine } from '../../src-main/contract/projects.ts';
import { client, codeOf, messageOf } from '../api.ts';
import { useLive } from './live.ts';
import { say } from './toasts.ts';

/** Which project this tab showed before it was loaded again. */
const seenPlace = 'tiebreak.project';

/** All known projects, and the one at hand. */
export function useProjects() {
  const { data, error, refetch } = useLive(['projects'], ['projects.list'], (signal) =>
    client.projects.list(undefined, { signal }),
  );
  const projects = computed(() => data.value?.projects ?? []);
  return {
    projects,
    atHand: computed(() => projects.value.find(({ state }) => state === 'here') ?? null),
    damaged: computed(() => data.value?.damaged ?? null),
    error,
    refetch,
  };
}

/** Says so where this tab shows another project than before: it may have been opened in another tab. */
export function useChangeOfProject(): void {
  const { atHand } = useProjects();
  watch(atHand, (project) => {
    if (!project) return;
    const before = sessionStorage.getItem(seenPlace);
    sessionStorage.setItem(seenPlace, project.id);
    if (before !== null && before !== project.id) say(`This is ${project.name} now.`);
  });
}

/** Opening another project in the place of this one. What is going on here is ended only after it was asked. */
export function useOpening() {
  /** The one that is on its way. */
  const opening = shallowRef<ProjectLine | null>(null);
  /** The one that waits for an answer, because something is going on here. */
  const asked = shallowRef<ProjectLine | null>(null);
  const failure = shallowRef('');

  async function open(project: ProjectLine, stop = false): Promise<void> {
    if (opening.value) return;
    asked.value = null;
    failure.value = '';
    opening.value = project;
    try {
      await client.projects.open({ project: project.id, stop });
      // The page is loaded again, or the window begins anew.
      return;
    } catch (error) {
      opening.value = null;
      if (codeOf(error) === 'busy' && !stop && project.state !== 'elsewhere') asked.value = project;
      else failure.value = messageOf(error);
    }
  }
  return { opening, asked, failure, open };
}
