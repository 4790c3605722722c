import type { Command } from 'commander';
import { printImportedModel, printModels } from './print.ts';
import type { Run } from './run.ts';

/** `models` and what stands under it. */
export function addModelCommands(command: (words: string, description: string) => Command, run: Run): void {
  const models = command('models', 'list the models, bring one in');
  models.action(() => run((app) => ({ json: { models: app.models() }, text: printModels(app.models()) })));

  models
    .command('import <path>')
    .description('bring in a GPT-2 or a reward model: a folder, a file of weights, or an exported model')
    .option('--name <name>', 'what to call it; the name of its folder or file without it')
    .option('--tokenizer <dir>', 'folder with tokenizer.json, or vocab.json and merges.txt, where they lie elsewhere')
    .addHelpText(
      'after',
      '\nReads Hugging Face folders of the GPT-2 family, and reward checkpoints (pytorch_model.bin, model.safetensors).\nconfig.json and tokenizer are looked for beside a file. Nothing in a file is ever run.',
    )
    .action((path: string, options: { readonly name?: string; readonly tokenizer?: string }) =>
      run(async (app, hooks) => {
        const report = await app.importModel({ path, ...options }, hooks);
        return { json: report, text: printImportedModel(report) };
      }),
    );
}
