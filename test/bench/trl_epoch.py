#!/usr/bin/env python3
"""The yardstick for a whole epoch: what a careful user of TRL runs on the same rows, from a cold trainer to a trained model.

Install: python3 -m venv DIR && DIR/bin/pip install torch==2.13.0 trl==1.13.0 transformers datasets accelerate
Run:     DIR/bin/python trl_epoch.py ROWS.jsonl --model FOLDER [--validation ROWS.jsonl] [--posts 150] [--batch 16] [--seed 42]
ROWS are CUP IT rows; FOLDER is a GPT-2 of Hugging Face's form (config.json, tokenizer.json, model.safetensors) to begin with. Every
pair of a post's comments whose places differ becomes one example. RewardTrainer runs one epoch in float32 with fused AdamW, without
dropout (TRL's default) and without gradient checkpointing (TRL's default is with, which takes a fifth longer); batches are of similar
length (--shuffled: not). Inputs are made ids and cut here, on the left: RewardTrainer
itself would throw away every pair with an input that is too long.
Prints one JSON object: seconds of trainer.train() alone, peak memory in MB, the loss of the last steps, and with --validation the mean
of -log sigmoid(better - worse) over all pairs of those rows, and the share of them in the right order.
"""
import argparse, json, math, os, tempfile, time
for name, value in {"HF_HUB_OFFLINE": "1", "WANDB_DISABLED": "true", "TQDM_DISABLE": "1", "TRANSFORMERS_VERBOSITY": "error"}.items():
    os.environ.setdefault(name, value)

a = argparse.ArgumentParser()
a.add_argument("rows")
a.add_argument("--model", required=True)
a.add_argument("--validation")
a.add_argument("--posts", type=int, default=150)
a.add_argument("--batch", type=int, default=16)
a.add_argument("--rate", type=float, default=1e-4)
a.add_argument("--seed", type=int, default=42)
a.add_argument("--threads", type=int, default=2)
a.add_argument("--shuffled", action="store_true")
a.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
a.add_argument("--bf16", action="store_true")
args = a.parse_args()

import datasets
import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoTokenizer, GPT2ForSequenceClassification, set_seed
from trl import RewardConfig, RewardTrainer
from yardstick_rows import about, encode, inputs_of, pad, pairs_of, read_rows, spent, unused_id

datasets.disable_progress_bars()
torch.set_num_threads(args.threads)
set_seed(args.seed)
tokenizer = AutoTokenizer.from_pretrained(args.model)
core = tokenizer.backend_tokenizer
# The head is the only tensor that FOLDER may lack: it is drawn by the seed.
model = GPT2ForSequenceClassification.from_pretrained(args.model, num_labels=1, dtype=torch.float32)
tokens = model.config.n_positions

def encoded(path, posts):
    """Each row's inputs as ids, and its pairs."""
    rows = read_rows(path, posts)
    return [(encode(core, inputs_of(row), tokens), pairs_of(row)) for row in rows]

train = encoded(args.rows, args.posts)
held = encoded(args.validation, None) if args.validation else []
padding = unused_id(core, [ids for inputs, _ in train + held for ids in inputs])
tokenizer.pad_token = tokenizer.convert_ids_to_tokens(padding)
model.config.pad_token_id = padding
examples = [{"chosen_ids": inputs[better], "rejected_ids": inputs[worse], "length": max(len(inputs[better]), len(inputs[worse]))}
            for inputs, pairs in train for better, worse in pairs]

with tempfile.TemporaryDirectory() as out:
    config = RewardConfig(output_dir=out, per_device_train_batch_size=args.batch, num_train_epochs=1, max_length=tokens, learning_rate=args.rate,
        train_sampling_strategy="random" if args.shuffled else "group_by_length", length_column_name="length",
        report_to="none", save_strategy="no", logging_steps=1_000_000, optim="adamw_torch_fused", use_cpu=args.device == "cpu",
        bf16=args.bf16, fp16=False, gradient_checkpointing=False, disable_tqdm=True, dataloader_num_workers=0, remove_unused_columns=False,
        dataloader_pin_memory=args.device != "cpu", seed=args.seed)
    trainer = RewardTrainer(model=model, args=config, processing_class=tokenizer, train_dataset=Dataset.from_list(examples))
    assert len(trainer.train_dataset) == len(examples), "RewardTrainer has thrown examples away"
    begun, used = time.perf_counter(), time.process_time()
    result = trainer.train()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
figures = spent(args.device)

def judge(rows):
    """Mean loss over all pairs of the rows, and the share of them in the right order; an equal reward counts half."""
    model.eval()
    inputs = [ids for row, _ in rows for ids in row]
    order = sorted(range(len(inputs)), key=lambda i: len(inputs[i]))
    reward = [0.0] * len(inputs)
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            chosen = order[start: start + 32]
            ids = torch.tensor(pad([inputs[i] for i in chosen], padding), device=model.device)
            for i, one in zip(chosen, model(ids, attention_mask=(ids != padding).long()).logits[:, 0].float().tolist()):
                reward[i] = one
    margins, offset = [], 0
    for row, pairs in rows:
        margins += [reward[offset + better] - reward[offset + worse] for better, worse in pairs]
        offset += len(row)
    loss = sum(max(-m, 0) + math.log1p(math.exp(-abs(m))) for m in margins) / len(margins)
    return {"validationPairs": len(margins), "validationLoss": loss,
            "validationAccuracy": sum((m > 0) + (m == 0) / 2 for m in margins) / len(margins)}

print(json.dumps({"posts": len(train), "pairs": len(examples), "tokens": sum(len(ids) for inputs, _ in train for ids in inputs),
    "seconds": round(seconds, 3), "cpuSeconds": round(cpu, 2), "pairsPerSecond": round(len(examples) / seconds, 1), "steps": result.global_step,
    "loss": round(result.training_loss, 5), **(judge(held) if held else {}), "parameters": sum(p.numel() for p in model.parameters()),
    **figures, **about(), "trl": trl.__version__, "transformers": transformers.__version__}))
