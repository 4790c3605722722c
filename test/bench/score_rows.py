#!/usr/bin/env python3
"""The yardstick for scoring: rewards of the comments of real rows by a GPT-2 in plain PyTorch, timed on this machine.

Install: python3 -m venv DIR && DIR/bin/pip install torch==2.13.0 safetensors tokenizers numpy
Run:     DIR/bin/python score_rows.py FOLDER ROWS.jsonl [--mode batches|score-seed] [--texts 600] [--by-length] [--out FILE]
FOLDER is a reward model of Tiebreak's, or another GPT-2 of Hugging Face's form with v_head.weight: config.json, tokenizer.json,
model.safetensors. ROWS are CUP IT rows.
Modes:   batches     batches of 32, each padded to its longest; in the order of the file, or --by-length
         score-seed  as the original inference script did it: one comment at a time, padded to 512
scaled_dot_product_attention; the last layer's norm and the head for the end token alone; float32 (or bfloat16 where asked). Times
include the making of ids. Prints one JSON object: seconds (median of --runs after one that isn't counted), comments per second, peak
memory in MB. --out takes the rewards as float32, in the order of the file.
"""
import argparse, json, os, statistics, time
a = argparse.ArgumentParser()
a.add_argument("folder")
a.add_argument("rows")
a.add_argument("--mode", choices=["batches", "score-seed"], default="batches")
a.add_argument("--texts", type=int, default=600)
a.add_argument("--batch", type=int, default=32)
a.add_argument("--by-length", action="store_true")
a.add_argument("--runs", type=int, default=3)
a.add_argument("--threads", type=int, default=2)
a.add_argument("--compile", action="store_true")
a.add_argument("--device", default="cpu")
a.add_argument("--bf16", action="store_true")
a.add_argument("--out")
args = a.parse_args()

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from yardstick_rows import about, encode, inputs_of, pad, read_rows, spent

torch.set_num_threads(args.threads)
with open(os.path.join(args.folder, "config.json"), encoding="utf-8") as file:
    config = json.load(file)
tokenizer = Tokenizer.from_file(os.path.join(args.folder, "tokenizer.json"))
end_id = tokenizer.token_to_id("<|endoftext|>")
heads, layers, epsilon = config["n_head"], config["n_layer"], config["layer_norm_epsilon"]
# GPT-2 keeps its linear layers as [in, out]; PyTorch's products want [out, in].
weights = {name: (tensor.t() if name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")) else tensor).contiguous().to(args.device)
           for name, tensor in load_file(os.path.join(args.folder, "model.safetensors")).items()}

def linear(x, name):
    return F.linear(x, weights[name + ".weight"], weights[name + ".bias"])

def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], epsilon)

def rewards(ids, end):
    """[batch] rewards of [batch, length] ids; `end` is the place of each sequence's last token. No token sees the padding behind it."""
    batch, length = ids.shape
    x = weights["wte.weight"][ids] + weights["wpe.weight"][:length]
    for i in range(layers):
        q, k, v = (z.view(batch, length, heads, -1).transpose(1, 2) for z in linear(norm(x, f"h.{i}.ln_1"), f"h.{i}.attn.c_attn").chunk(3, 2))
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, -1)
        x = x + linear(seen, f"h.{i}.attn.c_proj")
        x = x + linear(F.gelu(linear(norm(x, f"h.{i}.ln_2"), f"h.{i}.mlp.c_fc"), approximate="tanh"), f"h.{i}.mlp.c_proj")
    last = norm(x[torch.arange(batch, device=x.device), end], "ln_f")
    return F.linear(last, weights["v_head.weight"])[:, 0]

run = torch.compile(rewards, dynamic=True) if args.compile else rewards
texts = [text for row in read_rows(args.rows, None) for text in inputs_of(row)][: args.texts]

def score():
    sequences = encode(tokenizer, texts, min(512, config["n_positions"]))
    order = list(range(len(sequences)))
    if args.by_length:
        order.sort(key=lambda i: -len(sequences[i]))
    size = 1 if args.mode == "score-seed" else args.batch
    found = numpy.zeros(len(sequences), numpy.float32)
    with torch.inference_mode(), torch.autocast(torch.device(args.device).type, torch.bfloat16, enabled=args.bf16):
        for start in range(0, len(order), size):
            chosen = order[start: start + size]
            fed = pad([sequences[i] for i in chosen], end_id)
            if args.mode == "score-seed":
                fed[0] += [end_id] * (512 - len(fed[0]))
            ids = torch.tensor(fed, device=args.device)
            end = torch.tensor([len(sequences[i]) - 1 for i in chosen], device=args.device)
            found[chosen] = run(ids, end).float().cpu().numpy()
    return found

score()
times, used = [], []
for _ in range(args.runs):
    begun, before = time.perf_counter(), time.process_time()
    found = score()
    times.append(time.perf_counter() - begun)
    used.append(time.process_time() - before)
if args.out:
    found.tofile(args.out)
seconds = statistics.median(times)
print(json.dumps({"mode": args.mode, "texts": len(texts), "seconds": round(seconds, 3), "cpuSeconds": round(statistics.median(used), 3), "commentsPerSecond": round(len(texts) / seconds, 2),
                  "parameters": sum(tensor.numel() for tensor in weights.values()), **spent(args.device), **about()}))
