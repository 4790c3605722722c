import { Argument, type Command, Option } from 'commander';
import { comparePresets, describeSettings } from '../../app.ts';
import { forecastInWords, proposalInWords } from '../../common/forecast-words.ts';
import { contextModes, type PresetName, type TrainCall } from '../../contract/calls.ts';
import type { Forecast } from '../../contract/forecast.ts';
import type { PresetComparison } from '../../contract/presets.ts';
import { modelKinds, type TrainingKind } from '../../contract/records.ts';
import { addContextTraining } from './context.ts';
import {
  addVotesOptions,
  basePreset,
  deviceOption,
  encoderOption,
  fromZero,
  noCompareOption,
  pairsOption,
  positive,
  presetOption,
} from './options.ts';
import { printTraining } from './print-training.ts';
import type { Run } from './run.ts';
import { readSettings, type Settings, setting } from './settings.ts';
import { type Cell, table } from './table.ts';

type VotesOptions = Pick<TrainCall, 'margin' | 'votes' | 'time'>;
type TrainingOptions = Pick<
  TrainCall,
  'base' | 'encoder' | 'preset' | 'pairs' | 'context' | 'device' | 'anyway' | 'minutes'
> &
  VotesOptions & {
    readonly compare?: boolean;
    readonly resume?: number;
    readonly forecast?: boolean;
    readonly config?: string;
    readonly set: Settings;
  };
type QuickOptions = Pick<TrainingOptions, 'encoder' | 'pairs' | 'context' | 'device' | 'forecast'> &
  VotesOptions & { readonly compare: boolean };
type SettingsOptions = {
  readonly preset?: PresetName;
  readonly diff?: boolean;
  readonly config?: string;
  readonly set: Settings;
};

const minutesOption = [
  '--minutes <minutes>',
  'how long it may take: what would take longer goes fewer times through the data, or through less of it; 5 for the best, else without end',
  fromZero,
] as const;
const forecastOption = [
  '--forecast',
  'only say how much memory and time it would take, after trying a few steps, and what would take less',
] as const;

function forecastOutcome(found: Forecast) {
  const proposals = found.proposals.map((one) => {
    const set = Object.entries(one.changes).map(([key, value]) => `--set ${key}=${value}`);
    return `  ${proposalInWords(one)}\n    ${set.join(' ')}`;
  });
  const text = [forecastInWords(found), ...(proposals.length > 0 ? ['Other settings:', ...proposals] : [])].join('\n');
  return { json: found, text };
}

/** The commands that train a model, and the one that says what can be set for it. */
export function addTrainingCommands(program: Command, run: Run): void {
  const context = (text: string): Option => new Option('--context <mode>', text).choices(contextModes).default('post');
  const changes = (command: Command): Command =>
    command
      .option('--config <file>', 'JSON file with settings')
      .option('--set <key=value...>', "one setting ('tiebreak settings' lists them)", setting, {});

  const train = program.command('train').description('train a model');
  addTraining('sft', 'train a language model on posts and comments');
  addVotesOptions(
    addTraining('reward', 'train a model that tells the better of two comments').addOption(pairsOption()),
  ).addOption(noCompareOption());
  addVotesOptions(
    train
      .command('quick')
      .description('train a reward model in seconds, on what a pretrained sentence encoder makes of the texts')
      .addOption(encoderOption("'use'"))
      .addOption(pairsOption()),
  )
    .addOption(context('show the model the post, or only its comments'))
    .addOption(deviceOption())
    .addOption(noCompareOption())
    .option(...forecastOption)
    .action(({ forecast, ...options }: QuickOptions) =>
      run(async (app, hooks) => {
        const call = { kind: 'reward', method: 'quick', ...options } as const;
        if (forecast) return forecastOutcome(await app.forecast(call, hooks));
        const outcome = await app.train(call, hooks);
        return { json: outcome, text: printTraining(outcome, 'reward', options.compare) };
      }),
    );

  addVotesOptions(
    addMethod('deep', 'train an encoder that reads post and comment apart, beginning with the head of a quick training')
      .addOption(encoderOption("'use'"))
      .addOption(context('show the model all of the post, or only its title (its text where it has no title)'))
      .addOption(pairsOption()),
  ).addOption(noCompareOption());
  addVotesOptions(
    addMethod('together', 'train an encoder that reads post and comment as one text')
      .addOption(encoderOption("'minilm'"))
      .addOption(context('only the whole post can be read together with a comment'))
      .addOption(pairsOption()),
  ).addOption(noCompareOption());

  addVotesOptions(
    changes(train.command('best'))
      .description('train a quick model at once, then deeper ones, then a blend of them that ranks if it is better')
      .addOption(encoderOption("'use' for deep, 'minilm' for the others"))
      .addOption(context('show the models the post, or only its comments'))
      .addOption(pairsOption())
      .addOption(deviceOption())
      .option(...minutesOption)
      .option('--resume <run>', 'go on with a run that ended before it was done', positive)
      .option('--anyway', 'train even what does not seem to fit into the memory of this machine')
      .option(...forecastOption),
  )
    .addOption(noCompareOption())
    .action((options: TrainingOptions) => runTraining('reward', { ...options, method: 'best' }));

  addContextTraining(train, run);

  function addMethod(method: 'deep' | 'together', description: string): Command {
    return addRunOptions(train.command(method).description(description)).action((options: TrainingOptions) =>
      runTraining('reward', { ...options, method }),
    );
  }

  function addRunOptions(command: Command): Command {
    return changes(command)
      .addOption(deviceOption())
      .option(...forecastOption)
      .option(...minutesOption)
      .option('--anyway', 'train even what does not seem to fit into the memory of this machine')
      .option('--resume <run>', 'go on with a run that ended before it was done, with the settings it had', positive);
  }

  function addTraining(kind: TrainingKind, description: string): Command {
    const encoder = kind === 'reward' ? "'encoder' for the pretrained sentence encoder; " : '';
    const base = `model to start from; ${encoder}a small GPT from scratch without it`;
    const command = train.command(kind).description(description).option('--base <model>', base);
    return addRunOptions(command)
      .addOption(basePreset())
      .addOption(context('show the model all of the post, or only its title (its text where it has no title)'))
      .action((options: TrainingOptions) => runTraining(kind, options));
  }

  function runTraining(kind: TrainingKind, options: TrainingOptions & Pick<TrainCall, 'method'>): Promise<void> {
    return run(async (app, hooks) => {
      const { resume, forecast, config: file, set, ...rest } = options;
      const config = await readSettings(file, set);
      if (rest.preset && resume === undefined) {
        hooks.onLog?.(presetLine(kind, comparePresets({ kind, ...rest, preset: rest.preset, config })));
      }
      if (forecast && resume === undefined)
        return forecastOutcome(await app.forecast({ kind, config, ...rest }, hooks));
      const { compare = true } = rest;
      const outcome =
        resume === undefined
          ? await app.train({ kind, config, ...rest }, hooks)
          : await app.resume({ run: resume, kind, device: options.device, compare }, hooks);
      return { json: outcome, text: printTraining(outcome, kind, compare) };
    });
  }

  const settings = program
    .command('settings')
    .description('list what --set and --config can change')
    .addArgument(
      new Argument('[kind]', 'of a reward model, or sft for a language model').choices(modelKinds).default('reward'),
    );
  changes(settings)
    .addOption(presetOption('with what this preset says'))
    .option('--diff', 'only where the presets differ, from each other or from what --set and --config change')
    .action((kind: TrainingKind, options: SettingsOptions) => listSettings(kind, options));

  function listSettings(kind: TrainingKind, { preset, diff, config: file, set }: SettingsOptions): Promise<void> {
    return run(async () => {
      const config = await readSettings(file, set);
      const comparison = comparePresets({ kind, preset: preset ?? 'original', config });
      if (diff) return { json: comparison, text: printComparison(comparison) };
      const described = describeSettings(kind, { preset });
      const lines = described.map(({ key, value, comment }) => `${key} = ${value}\n    ${comment}`);
      return {
        json: { settings: described },
        text: [...(preset ? [comparison.says, ''] : []), ...lines].join('\n'),
      };
    });
  }
}

/** What a training with a preset is about to do, in a line. */
function presetLine(kind: TrainingKind, { preset, differences }: PresetComparison): string {
  const changed = differences.filter(({ changed }) => changed);
  const list = changed.map((one) => `${one.key} ${one.yours} instead of ${one[preset]}`).join(', ');
  const but = changed.length > 0 ? `, but ${list}` : '';
  return `Settings of the preset '${preset}'${but}. What it differs in: tiebreak settings ${kind} --preset ${preset} --diff`;
}

function printComparison({ preset, says, differences }: PresetComparison): string {
  const rows = differences.map(({ key, original, recommended, yours, changed }): Cell[] => [
    key,
    String(original),
    String(recommended),
    changed ? `${yours} (set)` : String(yours),
  ]);
  const reasons = differences.map(({ key, why }) => `${key}: ${why}`);
  return [says, '', table(['setting', 'original', 'recommended', `yours, from ${preset}`], rows), '', ...reasons].join(
    '\n',
  );
}
