"""Trains a reward model on pairs with TRL's RewardTrainer, by the settings in training.json. See README.md."""

import json
import os
from pathlib import Path

import torch
from datasets import Dataset, load_dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer

HERE = Path(__file__).resolve().parent
settings = json.loads((HERE / "training.json").read_text(encoding="utf-8"))

tokenizer = AutoTokenizer.from_pretrained(HERE / settings["model"])
if tokenizer.pad_token_id == tokenizer.eos_token_id:
    # Transformers reads the score at the last token that is not padding, and that has to be the end token.
    tokenizer.add_special_tokens({"pad_token": "<|pad|>"})


def tokens(text: str) -> list[int]:
    # Names of special tokens that stand in a text are ordinary text.
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]


def last(ids: list[int], count: int) -> list[int]:
    return ids[max(0, len(ids) - count) :]


def encode(post: str, comment: str) -> list[int]:
    """Start, post, an empty line, comment: cut on the left, and behind it the end token, where the reward is read."""
    start = settings["start"]
    head = [] if start["is_text"] else [tokenizer.convert_tokens_to_ids(start["token"])]
    before = (start["token"] if start["is_text"] else "") + post + "\n\n"
    room = settings["max_length"] - 1 - len(head)
    ids = tokens(before + comment)
    if len(ids) > room and settings["cut_once"]:
        # A post that doesn't fit is cut to one length, whatever the comment.
        first = last(tokens(before), room // 2)
        ids = first + last(tokens(comment), room - len(first))
    return head + last(ids, room) + [tokenizer.eos_token_id]


def pairs(name: str) -> Dataset | None:
    """The pairs of a file as TRL takes them when they are tokenised already; None where there are none."""
    path = HERE / "data" / name
    if path.stat().st_size == 0:
        return None
    rows = load_dataset("json", data_files=str(path), split="train")

    def tokenise(row: dict) -> dict:
        return {side + "_ids": encode(row["prompt"], row[side]) for side in ("chosen", "rejected")}

    return rows.map(tokenise, remove_columns=rows.column_names)


def load_model() -> AutoModelForSequenceClassification:
    """The model to start from, with one label; where it has no head yet, a fresh one."""
    model = AutoModelForSequenceClassification.from_pretrained(
        HERE / settings["model"], num_labels=1, id2label={0: "reward"}, label2id={"reward": 0}, dtype=torch.float32
    )
    if len(tokenizer) > model.config.vocab_size:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    model.config.pad_token_id = tokenizer.pad_token_id
    # Says in config.json what the model reads; Tiebreak's import goes by it.
    reads = {name: settings[name] for name in ("max_length", "cut_once")}
    model.config.tiebreak = {**settings["tiebreak"], "kind": "reward", **reads}
    frozen = settings["frozen_layers"]
    if frozen > 0:
        body = model.transformer
        embeddings = (body.wte, body.wpe) if settings["freeze_embeddings"] else ()
        for part in (*embeddings, *body.h[:frozen]):
            part.requires_grad_(False)
    return model


def main() -> None:
    train, validation = pairs("train.jsonl"), pairs("validation.jsonl")
    on_gpu = torch.cuda.is_available()
    args = RewardConfig(
        output_dir=str(HERE / settings["output"]),
        bf16=on_gpu and torch.cuda.is_bf16_supported(),
        fp16=on_gpu and not torch.cuda.is_bf16_supported(),
        # Several processes without a GPU, as under DeepSpeed on processors, find each other by this alone.
        ddp_backend="gloo" if not on_gpu and int(os.environ.get("WORLD_SIZE", "1")) > 1 else None,
        # The pairs were cut already; TRL would leave out those that are too long.
        max_length=None,
        eval_strategy="no" if validation is None else "steps",
        report_to="none",
        **settings["trainer"],
    )
    trainer = RewardTrainer(
        model=load_model(), args=args, processing_class=tokenizer, train_dataset=train, eval_dataset=validation
    )
    trainer.train()
    trainer.save_model()
    if validation is not None:
        print(trainer.evaluate())


if __name__ == "__main__":
    main()
