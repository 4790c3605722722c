import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * GPT2ForSequenceClassification once more, from transformers' source, in plain numbers and with nothing of ours: reads a
 * folder as transformers would, and scores a row of ids at the last one that is not padding.
 */
export function openPlainGpt2(folder: string) {
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, number>;
  const tensors = readTensors(join(folder, 'model.safetensors'));
  const tensor = (name: string): Float32Array => tensors.get(name)!.data;
  const [width, heads] = [config.n_embd!, config.n_head!];
  const size = width / heads;

  const linear = (x: number[], name: string): number[] => {
    const [weight, bias] = [tensor(`${name}.weight`), tensor(`${name}.bias`)];
    return Array.from(bias, (b, j) => x.reduce((sum, value, i) => sum + value * weight[i * bias.length + j]!, b));
  };
  const norm = (x: number[], name: string): number[] => {
    const mean = x.reduce((a, b) => a + b) / width;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const [weight, bias] = [tensor(`${name}.weight`), tensor(`${name}.bias`)];
    return x.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + config.layer_norm_epsilon!)) * weight[i]! + bias[i]!,
    );
  };
  const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  const add = (a: number[], b: number[]): number[] => a.map((value, i) => value + b[i]!);

  function attend(all: number[][], at: number): number[] {
    const query = all[at]!;
    return Array.from({ length: heads }, (_, head) => {
      const place = head * size;
      const scores = all.slice(0, at + 1).map((key) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += query[place + i]! * key[width + place + i]!;
        return Math.exp(sum / Math.sqrt(size));
      });
      const total = scores.reduce((a, b) => a + b);
      return Array.from({ length: size }, (_, i) =>
        scores.reduce((sum, score, t) => sum + (score / total) * all[t]![2 * width + place + i]!, 0),
      );
    }).flat();
  }

  function score(ids: readonly number[]): number {
    const [tokens, places] = [tensor('transformer.wte.weight'), tensor('transformer.wpe.weight')];
    let x = ids.map((id, at) =>
      Array.from({ length: width }, (_, i) => tokens[id * width + i]! + places[at * width + i]!),
    );
    for (let layer = 0; layer < config.n_layer!; layer++) {
      const name = (part: string): string => `transformer.h.${layer}.${part}`;
      const all = x.map((row) => linear(norm(row, name('ln_1')), name('attn.c_attn')));
      x = x.map((row, at) => add(row, linear(attend(all, at), name('attn.c_proj'))));
      x = x.map((row) =>
        add(row, linear(linear(norm(row, name('ln_2')), name('mlp.c_fc')).map(gelu), name('mlp.c_proj'))),
      );
    }
    const last = ids.findLastIndex((id) => id !== config.pad_token_id);
    return norm(x[last]!, 'transformer.ln_f').reduce((sum, value, i) => sum + value * tensor('score.weight')[i]!, 0);
  }
  return { config, score };
}

type Header = Record<
  string,
  { readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] }
>;

/** The tensors of a safetensors file by its specification: eight bytes of length, a JSON table, the numbers. */
export function readTensors(path: string): Map<string, { readonly shape: number[]; readonly data: Float32Array }> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  const { __metadata__: _, ...rows } = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Header;
  return new Map(
    Object.entries(rows).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        if (dtype !== 'F32') throw new Error(`${name} is ${dtype}`);
        return [
          name,
          { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(8 + length + from, 8 + length + to)).buffer) },
        ];
      },
    ),
  );
}

/** What stands beside the tensors in a safetensors file. */
export function metadataOf(path: string): unknown {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  return (JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>).__metadata__;
}
