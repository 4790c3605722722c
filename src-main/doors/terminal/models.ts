import { type Command, Option } from 'commander';
import { duration, size } from '../../common/words.ts';
import { type ModelFormat, modelFormats } from '../../contract/calls.ts';
import type { ModelExportReport } from '../../contract/reports.ts';
import { addFetchCommand } from './fetch-model.ts';
import { replaceOption } from './options.ts';
import { printImportedModel, printModels } from './print.ts';
import { addPushCommand } from './push-model.ts';
import type { Run } from './run.ts';
import { type Cell, table } from './table.ts';

/** `models` and what stands under it. */
export function addModelCommands(command: (words: string, description: string) => Command, run: Run): void {
  const models = command('models', 'list the models, bring one in, write one out');
  models.action(() => run((app) => ({ json: { models: app.models() }, text: printModels(app.models()) })));

  models
    .command('import <path>')
    .description(
      'bring in a GPT-2, a sentence encoder or a reward model: a folder, a file of weights, or an exported model',
    )
    .option(
      '--name <name>',
      'what to call it; without it by the name it was exported with, or that of its folder or file',
    )
    .option('--tokenizer <dir>', 'folder with tokenizer.json, or vocab.json and merges.txt, where they lie elsewhere')
    .addHelpText(
      'after',
      '\nReads Hugging Face folders of the GPT-2 family and of encoders (BERT, MiniLM, bge, e5, gte, arctic-embed, RoBERTa,\nXLM-R, MPNet), and reward checkpoints (pytorch_model.bin, model.safetensors).\nconfig.json and tokenizer are looked for beside a file. Nothing in a file is ever run.',
    )
    .action((path: string, options: { readonly name?: string; readonly tokenizer?: string }) =>
      run(async (app, hooks) => {
        const report = await app.importModel({ path, ...options }, hooks);
        return { json: report, text: printImportedModel(report) };
      }),
    );

  addFetchCommand(models, run);
  addPushCommand(models, run);

  models
    .command('export <model>')
    .description('write a model to a file or folder of its own')
    .addOption(
      new Option(
        '--as <format>',
        "Tiebreak's archive, for transformers, as ONNX, with its pairs for a training elsewhere, or with the comments that it has not scored, to be scored elsewhere",
      )
        .choices(modelFormats)
        .default('archive'),
    )
    .requiredOption('--out <path>', 'where to: a file for an archive, else a folder, or a zip file of it')
    .addOption(replaceOption())
    .action((model: string, options: { readonly as: ModelFormat; readonly out: string; readonly replace?: boolean }) =>
      run(async (app, hooks) => {
        const report = await app.exportModel({ model, ...options }, hooks);
        return { json: report, text: printModelExport(report) };
      }),
    );
}

function printModelExport({ model, as, out, files, seconds }: ModelExportReport): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = as === 'archive' ? [] : files.map(({ name, bytes: own }): Cell[] => [name, size(own)]);
  const head = `${model} was written to ${out} (${size(bytes)}, ${duration(seconds)}).`;
  return rows.length === 0 ? head : `${head}\n${table(null, rows)}\nREADME.md says how to use it.`;
}
