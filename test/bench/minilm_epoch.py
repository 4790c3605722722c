#!/usr/bin/env python3
"""The yardstick for fine-tuning on post and comment together: plain PyTorch, one epoch, timed on this machine.

Install: python3 -m venv DIR && DIR/bin/pip install torch==2.13.0 sentence-transformers
Run:     DIR/bin/python minilm_epoch.py FOLDER ROWS.jsonl --config JSON [--posts 113] [--threads 2]
FOLDER is an encoder of the BERT family as it is published; ROWS are CUP IT rows. Each post's comments are one batch, in the order of
the file: post and comment in one sequence, padded to the longest of the batch; mean over the tokens, a linear head that begins at
zero, and -log sigmoid(better - worse) over all pairs of the post whose places differ. float32, scaled_dot_product_attention, no
dropout; AdamW (fused) on all parameters, gradients clipped. --config gives the settings by the names that Tiebreak has for them:
maxTokens, learningRate, layerDecay, headRate, warmupSteps, beta1, beta2, epsilon, weightDecay, decayVectors, maxGradientNorm.
Prints one JSON object: seconds of the steps alone, mean loss of the epoch and of its last quarter, peak memory in MB.
"""
import argparse, json, os, re, resource, time
os.environ.setdefault("HF_HUB_OFFLINE", "1")

a = argparse.ArgumentParser()
a.add_argument("folder")
a.add_argument("rows")
a.add_argument("--config", required=True)
a.add_argument("--posts", type=int, default=113)
a.add_argument("--threads", type=int, default=2)
args = a.parse_args()

import torch
import torch.nn.functional as F
from transformers import AutoModel, AutoTokenizer

torch.set_num_threads(args.threads)
c = json.loads(args.config)
tokenizer = AutoTokenizer.from_pretrained(args.folder)
# Neither pooler nor language model head: nothing that the reward doesn't depend on.
body = AutoModel.from_pretrained(args.folder, dtype=torch.float32, add_pooling_layer=False, attn_implementation="sdpa",
                                 hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
head = torch.nn.Linear(body.config.hidden_size, 1, bias=False)
torch.nn.init.zeros_(head.weight)
body.train()

layers = body.config.num_hidden_layers
def layer_of(name):
    found = re.search(r"encoder\.layer\.(\d+)\.", name)
    return int(found[1]) + 1 if found else 0

named = [(layer_of(name), p) for name, p in body.named_parameters()] + [(layers + 1, head.weight)]
groups = [{"params": [p], "rate": c["headRate"] if layer > layers else c["layerDecay"] ** (layers + 1 - layer),
           "weight_decay": c["weightDecay"] if p.dim() > 1 or c["decayVectors"] else 0.0} for layer, p in named]
optimizer = torch.optim.AdamW(groups, c["learningRate"], (c["beta1"], c["beta2"]), c["epsilon"], fused=True)
parameters = [p for _, p in named]

posts = [json.loads(line) for line in list(open(args.rows, encoding="utf-8"))[: args.posts]]
warmup = min(c["warmupSteps"], len(posts) // 5)
losses = []
begun, used = time.perf_counter(), time.process_time()
for step, row in enumerate(posts, 1):
    rate = step / warmup if step <= warmup else (len(posts) - step + 1) / (len(posts) - warmup + 1)
    for group in optimizer.param_groups:
        group["lr"] = c["learningRate"] * rate * group["rate"]
    comments = row["comments"]
    fed = tokenizer([row["text"]] * len(comments), [comment["text"] for comment in comments], padding=True, truncation="longest_first",
                    max_length=c["maxTokens"], return_tensors="pt")
    places = torch.tensor([comment["score"] for comment in comments])
    better, worse = torch.nonzero(places[:, None] < places[None, :], as_tuple=True)
    states = body(**fed).last_hidden_state
    mask = fed["attention_mask"][:, :, None].to(states.dtype)
    reward = head((states * mask).sum(1) / mask.sum(1))[:, 0]
    loss = -F.logsigmoid(reward[better] - reward[worse]).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, c["maxGradientNorm"])
    optimizer.step()
    losses.append(loss.item())
seconds, cpu = time.perf_counter() - begun, time.process_time() - used
last = losses[-max(1, len(losses) // 4):]
print(json.dumps({"posts": len(posts), "seconds": round(seconds, 2), "cpuSeconds": round(cpu, 2), "loss": sum(losses) / len(losses), "lastLoss": sum(last) / len(last),
                  "losses": [round(loss, 5) for loss in losses],
                  "peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "torch": torch.__version__, "threads": args.threads}))
