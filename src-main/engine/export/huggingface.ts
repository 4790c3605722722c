import { padIdOf, padToken, tokenizerFiles } from '../../checkpoint/export-tokenizer.ts';
import { type ExportedFile, jsonFile } from '../../checkpoint/exported-file.ts';
import { weightsFile } from '../../checkpoint/folder.ts';
import { transformersName } from '../../checkpoint/gpt2-names.ts';
import type { ModelConfig, OpenModelFolder } from '../../checkpoint/model-folder.ts';
import { factsForConfig, type ReadingFacts } from '../../checkpoint/reading-facts.ts';
import { piecesOf, type TensorPieces } from '../../checkpoint/tensor-pieces.ts';
import { endToken, type Tokenizer } from '../../tokenizer/bpe.ts';
import { safetensorsFile } from './safetensors-file.ts';

/**
 * A GPT-2 as transformers stores it: a language model as GPT2LMHeadModel, a reward model as GPT2ForSequenceClassification
 * with one label, whose score is the reward. Its padding token is one of its own (see padIdOf), for which the table of
 * embeddings gets a row of zeros where it has none to spare; no other number changes.
 */
export function huggingFaceFiles(model: OpenModelFolder, tokenizer: Tokenizer, facts: ReadingFacts): ExportedFile[] {
  const reward = model.tensors.has('v_head.weight');
  const padId = reward ? padIdOf(tokenizer) : tokenizer.endId;
  const rows = Math.max(model.config.vocab_size, padId + 1);
  const tensors = new Map<string, TensorPieces>();
  for (const [name, tensor] of model.tensors) {
    tensors.set(transformersName(name), name === 'wte.weight' ? withRows(piecesOf(tensor), rows) : piecesOf(tensor));
  }
  const maxTokens = reward ? facts.maxTokens : model.config.n_positions;
  return [
    jsonFile(
      'config.json',
      configOf({ ...model.config, vocab_size: rows }, tokenizer, { reward, padId, facts, model }),
    ),
    safetensorsFile(weightsFile, tensors),
    ...tokenizerFiles(tokenizer, { padding: reward ? padToken : endToken, maxTokens }),
  ];
}

type Described = {
  readonly reward: boolean;
  readonly padId: number;
  readonly facts: ReadingFacts;
  readonly model: OpenModelFolder;
};

/** config.json with all that transformers' GPT2Config knows; what a GPT-2 never has another of is written out too. */
function configOf(config: ModelConfig, tokenizer: Tokenizer, { reward, padId, facts, model }: Described): object {
  const { dropout = 0 } = (model.manifest?.trainingConfig ?? {}) as { readonly dropout?: number };
  return {
    architectures: [reward ? 'GPT2ForSequenceClassification' : 'GPT2LMHeadModel'],
    ...config,
    n_ctx: config.n_positions,
    n_inner: null,
    activation_function: 'gelu_new',
    attn_pdrop: dropout,
    embd_pdrop: dropout,
    resid_pdrop: dropout,
    initializer_range: 0.02,
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    reorder_and_upcast_attn: false,
    tie_word_embeddings: true,
    use_cache: true,
    bos_token_id: tokenizer.startId ?? tokenizer.endId,
    eos_token_id: tokenizer.endId,
    pad_token_id: padId,
    ...(reward ? { id2label: { 0: 'reward' }, label2id: { reward: 0 }, problem_type: 'regression' } : {}),
    dtype: 'float32',
    ...factsForConfig(reward ? 'reward' : 'sft', facts),
  };
}

/** A table with rows of zeros behind its own. */
function withRows(table: TensorPieces, rows: number): TensorPieces {
  const [own = 0, width = 0] = table.shape;
  const missing = Math.max(0, rows - own) * width * 4;
  if (missing === 0) return table;
  return {
    shape: [rows, width],
    bytes: table.bytes + missing,
    async *pieces() {
      yield* table.pieces();
      yield new Uint8Array(missing);
    },
  };
}
