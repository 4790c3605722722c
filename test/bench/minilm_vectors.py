#!/usr/bin/env python3
"""The yardstick for vectors of texts: sentence-transformers, as its users run it, timed on this machine.

Install: python3 -m venv DIR && DIR/bin/pip install torch==2.13.0 sentence-transformers
Run:     DIR/bin/python minilm_vectors.py FOLDER ROWS.jsonl [--texts 1500] [--batch 32] [--threads 2] [--out FILE]
FOLDER is an encoder as it is published; ROWS are CUP IT rows, whose comments are read in their order, each text once.
Settings: float32, the library's own attention (scaled_dot_product_attention), batches of 32 sorted by length (encode's own way), a
run beforehand to warm up, inference mode. The time is from texts to vectors, tokens and all; reading the weights is left out.
Prints one JSON object: seconds, texts a second, tokens a second, peak memory in MB; --out takes the vectors, float32 row by row.
"""
import argparse, json, os, resource, time
os.environ.setdefault("HF_HUB_OFFLINE", "1")

a = argparse.ArgumentParser()
a.add_argument("folder")
a.add_argument("rows")
a.add_argument("--texts", type=int, default=1500)
a.add_argument("--batch", type=int, default=32)
a.add_argument("--threads", type=int, default=2)
a.add_argument("--out")
args = a.parse_args()

import torch
from sentence_transformers import SentenceTransformer

torch.set_num_threads(args.threads)
comments = (comment["text"] for line in open(args.rows, encoding="utf-8") for comment in json.loads(line)["comments"])
texts = list(dict.fromkeys(comments))[: args.texts]
model = SentenceTransformer(args.folder, device="cpu", model_kwargs={"dtype": torch.float32})
model.encode(texts[:200], batch_size=args.batch)
begun, used = time.perf_counter(), time.process_time()
vectors = model.encode(texts, batch_size=args.batch)
seconds, cpu = time.perf_counter() - begun, time.process_time() - used
if args.out:
    vectors.astype("float32").tofile(args.out)
tokens = sum(len(ids) for ids in model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"])
print(json.dumps({"texts": len(texts), "tokens": tokens, "seconds": round(seconds, 3), "cpuSeconds": round(cpu, 3), "textsPerSecond": round(len(texts) / seconds, 1),
                  "peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "torch": torch.__version__, "threads": args.threads}))
