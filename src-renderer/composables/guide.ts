import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';
import { guidePairs, nextStep } from './guide-steps.ts';
import { useCompareSummary, useModels } from './queries.ts';
import { changeSettings, useSettings } from './settings.ts';
import { trainingTask } from './tasks.ts';
import { sayError } from './toasts.ts';

/** The guide's step, and how many answers were given of those it asks for. It goes on by itself. */
export function useGuide() {
  const { settings } = useSettings();
  const route = useRoute();
  const step = computed(() => settings.value.guide);
  const { data: summary } = useCompareSummary(() => step.value === 'compare');
  const { data: models } = useModels(() => step.value === 'train');
  const answers = computed(() => Math.min(guidePairs, summary.value?.total ?? 0));
  const next = computed(() =>
    nextStep(step.value, {
      answers: answers.value,
      rewardModels: models.value?.models.filter(({ kind, deletedAt }) => kind === 'reward' && !deletedAt).length ?? 0,
      training: trainingTask.value !== null,
      view: route.name,
    }),
  );
  watch(
    next,
    (to) => {
      if (to !== step.value) changeSettings({ guide: to }).catch(sayError);
    },
    { immediate: true },
  );
  return { step, answers, end: () => changeSettings({ guide: 'none' }) };
}
