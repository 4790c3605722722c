#!/usr/bin/env python3
"""The yardstick: a GPT-2-shaped reward model as a careful PyTorch user writes it today, timed on this machine.

scaled_dot_product_attention, the library's own GELU, fused AdamW, optionally torch.compile; float32 (or bfloat16 where asked).
Install: python3 -m venv DIR && DIR/bin/pip install torch==2.13.0 tokenizers
Run:     DIR/bin/python torch_modern.py --config 256,4,4,128,16,8192 [--compile] [--device cuda --bf16]
         DIR/bin/python torch_modern.py --config 256,4,4,128,32,50257 --rows ROWS.jsonl --tokenizer tokenizer.json [--posts 150]
Config:  width, layers, heads, tokens per sequence, sequences per batch (chosen + rejected), vocabulary.
Modes:   train        one optimiser step of -log sigmoid(chosen - rejected)
         score-batch  scoring in full batches
         score-seed   scoring as the original inference script did it: one comment at a time, padded to 512
Without --rows a step is on random tokens, all of the full length, after three that aren't counted. With --rows (train only) the pairs
of the first posts are gone through once, shuffled, each batch padded to its longest, from the first step on.
Prints one JSON object: milliseconds of a step (median; cpuMs: of the processor), sequences per second, peak memory in MB (cardMB: of the graphics card);
with --rows also the seconds of all steps.
"""
import argparse, json, random, statistics, time
import torch
import torch.nn as nn
import torch.nn.functional as F
from yardstick_rows import about, encode, inputs_of, pad, pairs_of, read_rows, spent

a = argparse.ArgumentParser()
a.add_argument("--mode", choices=["train", "score-seed", "score-batch"], default="train")
a.add_argument("--config", default="256,4,4,128,16,8192")
a.add_argument("--rows")
a.add_argument("--tokenizer")
a.add_argument("--ids", help="pairs of lists of ids, better and worse, one pair a line, in the place of --rows")
a.add_argument("--posts", type=int, default=150)
a.add_argument("--runs", type=int, default=8)
a.add_argument("--seed", type=int, default=42)
a.add_argument("--threads", type=int, default=2)
a.add_argument("--compile", action="store_true")
a.add_argument("--device", default="cpu")
a.add_argument("--bf16", action="store_true")
a.add_argument("--profile", action="store_true", help="adds milliseconds of a step by operator")
args = a.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)
D, L, H, T, B, V = (int(x) for x in args.config.split(","))
if args.mode == "score-seed":
    T, B = 512, 1
dev = torch.device(args.device)

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.c_attn, self.c_proj = nn.LayerNorm(D), nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.ln_2, self.fc, self.out = nn.LayerNorm(D), nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (z.view(b, t, H, d // H).transpose(1, 2) for z in self.c_attn(self.ln_1(x)).split(D, 2))
        w = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.c_proj(w.transpose(1, 2).reshape(b, t, d))
        return x + self.out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))

class RewardModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(V, D), nn.Embedding(T, D)
        self.h = nn.ModuleList([Block() for _ in range(L)])
        self.ln_f, self.v_head = nn.LayerNorm(D), nn.Linear(D, 1, bias=False)
    def forward(self, ids, end=None):
        """`end` is the place of each sequence's last token; the last of all where there is no padding."""
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1], device=ids.device))
        for block in self.h:
            x = block(x)
        last = x[:, -1] if end is None else x[torch.arange(len(ids), device=ids.device), end]
        return self.v_head(self.ln_f(last))[:, 0]

model = RewardModel().to(dev)
optimizer = torch.optim.AdamW(model.parameters(), 1e-5, weight_decay=0.01, fused=True)
run = torch.compile(model) if args.compile else model
finish = torch.cuda.synchronize if dev.type == "cuda" else lambda: None

def train(ids=None, end=None):
    if ids is None:
        ids = torch.randint(0, V, (B, T), device=dev)
    with torch.autocast(dev.type, torch.bfloat16, enabled=args.bf16):
        reward = run(ids, end).float()
    half = len(ids) // 2
    loss = -F.logsigmoid(reward[:half] - reward[half:]).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()

def score():
    with torch.inference_mode(), torch.autocast(dev.type, torch.bfloat16, enabled=args.bf16):
        return run(torch.randint(0, V, (B, T), device=dev))

def batches_of_rows():
    """Chosen inputs, then rejected ones, of B // 2 pairs each time."""
    pairs = []
    if args.ids:
        with open(args.ids, encoding="utf-8") as file:
            pairs = [json.loads(line) for line in file]
    else:
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(args.tokenizer)
        for row in read_rows(args.rows, args.posts):
            ids = encode(tokenizer, inputs_of(row), T)
            pairs += [(ids[better], ids[worse]) for better, worse in pairs_of(row)]
    random.Random(args.seed).shuffle(pairs)
    for start in range(0, len(pairs), B // 2):
        chosen, rejected = zip(*pairs[start: start + B // 2])
        yield [*chosen, *rejected]

def timed(step):
    """Seconds of the clock, and of the processor, all threads together."""
    begun, used = time.perf_counter(), time.process_time()
    step()
    finish()
    return time.perf_counter() - begun, time.process_time() - used

more = {}
if args.rows or args.ids:
    assert args.mode == "train", "--rows are for training; score_rows.py scores rows"
    batches = [(torch.tensor(pad(ids, 0), device=dev), torch.tensor([len(one) - 1 for one in ids], device=dev)) for ids in batches_of_rows()]
    times, used = zip(*[timed(lambda: train(*batch)) for batch in batches])
    pairs = sum(len(ids) // 2 for ids, _ in batches)
    more = {"pairs": pairs, "steps": len(times), "seconds": round(sum(times), 3), "cpuSeconds": round(sum(used), 3)}
    rate = 2 * pairs / sum(times)
else:
    step = train if args.mode == "train" else score
    for _ in range(3):
        step()
    finish()
    times, used = zip(*[timed(step) for _ in range(args.runs)])
    rate = B / statistics.median(times)
    if args.profile:
        from torch.profiler import ProfilerActivity, profile
        with profile(activities=[ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (dev.type == "cuda")) as seen:
            for _ in range(args.runs):
                step()
            finish()
        own = {event.key: (event.self_device_time_total if dev.type == "cuda" else event.self_cpu_time_total) / 1000 / args.runs
               for event in seen.key_averages()}
        more = {"operators": {name: ms for name, ms in own.items() if ms > 0.01}}
print(json.dumps({"mode": args.mode, "config": [D, L, H, T, B, V], "compile": args.compile, "ms": round(statistics.median(times) * 1000, 2), "cpuMs": round(statistics.median(used) * 1000, 2),
                  "sequencesPerSecond": round(rate, 2), **more,
                  "parameters": sum(p.numel() for p in model.parameters()), **spent(args.device), **about()}))
