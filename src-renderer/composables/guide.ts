import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';
import { type Facts, guidePairs, nextStep, stepsDone } from './guide-steps.ts';
import { useCompareSummary, useModels, useNoPosts } from './queries.ts';
import { changeSettings, useSettings } from './settings.ts';
import { trainingTask } from './tasks.ts';
import { sayError } from './toasts.ts';

/** The guide's step, which steps are done, and how many answers were given of those it asks for. It goes on by itself. */
export function useGuide() {
  const { settings } = useSettings();
  const route = useRoute();
  const step = computed(() => settings.value.guide);
  const on = computed(() => step.value !== 'none');
  const { data: posts } = useNoPosts(on);
  const { data: summary } = useCompareSummary(on);
  const { data: models } = useModels(on);
  const answers = computed(() => Math.min(guidePairs, summary.value?.total ?? 0));
  /** null until all is known: the guide must not go back meanwhile. */
  const facts = computed<Facts | null>(() =>
    posts.value && summary.value && models.value
      ? {
          posts: posts.value.total > 0,
          answers: answers.value,
          rewardModels: models.value.models.filter(({ kind, deletedAt }) => kind === 'reward' && !deletedAt).length,
          training: trainingTask.value !== null,
          exported: settings.value.exported,
          view: route.name,
        }
      : null,
  );
  const next = computed(() => (facts.value ? nextStep(step.value, facts.value) : step.value));
  watch(
    next,
    (to) => {
      if (to !== step.value) changeSettings({ guide: to }).catch(sayError);
    },
    { immediate: true },
  );
  const done = computed(() => (facts.value ? stepsDone(step.value, facts.value) : null));
  return { step, done, answers, end: () => changeSettings({ guide: 'none' }) };
}

/** Notes that a ranking was exported, which is the last thing that the guide leads to. */
export const noteExported = (): Promise<void> => changeSettings({ exported: true });
