import type { RunRecord } from '../../src-main/common/run-record.ts';
import type { EvaluationReport, Figures } from '../../src-main/contract/evaluation.ts';
import type { RunLine } from '../../src-main/contract/views.ts';

/** What people and files can put into names and texts. */
export const hostile = `</script><img src=x onerror=alert(1)> "'&\`[a](javascript:alert(1)) =cmd()`;

const figures = (accuracy: number): Figures => {
  const at = { '1': 0.5, '2': 0.6, '3': 0.7, '4': 0.8, '5': 0.9 };
  const both = { sk_ndcg: at, custom_ndcg: at };
  return {
    accuracy,
    acc: accuracy,
    accuracyInterval: [accuracy - 0.1, accuracy + 0.1],
    ndcg: 0.8,
    ndcgInterval: [Number.NaN, Number.NaN],
    grouped: both,
    paired: both,
  };
};

const evaluation: EvaluationReport = {
  ...figures(0.65),
  model: 'reward-1',
  data: 'test',
  skipped: [],
  seconds: 1,
  pairs: 200,
  groups: 40,
  loss: 0.61,
  calibration: { error: 0.05, temperature: 1.2 },
  baselines: { random: figures(0.5), longer: figures(0.6) },
};

/** A finished run of 20 steps with an evaluation at every tenth. */
export function recordOf(run: Partial<RunLine> = {}): RunRecord {
  return {
    run: {
      id: 1,
      kind: 'reward',
      status: 'done',
      config: { method: 'gpt', learningRate: 0.001, epochs: 1, pairs: 'both', model: 'reward-1' },
      base: null,
      modelId: 1,
      startedAt: '2026-01-01T10:00:00.000Z',
      endedAt: '2026-01-01T10:00:40.000Z',
      step: 20,
      steps: 20,
      error: null,
      name: 'reward-1',
      notes: '',
      deletedAt: null,
      modelName: 'reward-1',
      baseGone: false,
      paused: false,
      report: null,
      ...run,
    },
    curve: Array.from({ length: 20 }, (_, index) => ({
      step: index + 1,
      loss: 0.7 - index / 100,
      learningRate: 0.001,
      gradientNorm: 1 + index,
      ...(index % 10 === 9
        ? { validationLoss: 0.66, validationAccuracy: 0.6, metrics: { acc: 0.61, 'grouped/sk_ndcg/k=5': 0.75 } }
        : {}),
    })),
    evaluation,
    samples: [10, 20].map((step) => ({
      step,
      samples: Array.from({ length: 16 }, (_, index) => ({
        post: `Post ${index} ${hostile}`,
        chosen: `Good ${index} ${hostile}`,
        rejected: `Bad ${index}`,
        chosenReward: index / 10,
        rejectedReward: 0.45,
      })),
    })),
  };
}
