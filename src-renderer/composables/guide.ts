import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';
import type { GuideStep } from '../../src-main/contract/settings.ts';
import { client } from '../api.ts';
import { guidePairs, nextStep } from './guide-steps.ts';
import { useLive } from './live.ts';
import { changeSettings, useSettings } from './settings.ts';
import { runningTasks } from './tasks.ts';
import { sayError } from './toasts.ts';

/** The guide's step, and how many comparisons were made of those it asks for. It goes on by itself. */
export function useGuide() {
  const { settings } = useSettings();
  const route = useRoute();
  const step = computed(() => settings.value.guide);
  const on = (...steps: GuideStep[]) => computed(() => steps.includes(step.value));
  const { data: summary } = useLive(
    ['labels', 'posts', 'models', 'settings'],
    ['compare.summary'],
    (signal) => client.compare.summary(undefined, { signal }),
    on('compare'),
  );
  const { data: models } = useLive(
    ['models'],
    ['models.list'],
    (signal) => client.models.list(undefined, { signal }),
    on('train'),
  );
  const answers = computed(() => Math.min(guidePairs, summary.value?.total ?? 0));
  const next = computed(() =>
    nextStep(step.value, {
      answers: answers.value,
      rewardModels: models.value?.models.filter(({ kind, deletedAt }) => kind === 'reward' && !deletedAt).length ?? 0,
      training: runningTasks.value.some(({ kind }) => kind === 'train'),
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
