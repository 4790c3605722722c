"""Trains the model in base/ further, on the pairs in data/ and by settings.json, as Tiebreak would: python train.py. See README.md."""

import json
import math
import random
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import softplus

HERE = Path(__file__).resolve().parent
settings = json.loads((HERE / "settings.json").read_text(encoding="utf-8"))
training = settings["training"]
BASE, OUTPUT = HERE / settings["model"], HERE / settings["output"]

# Texts are read, and vectors made and weighed, by the program that gives the rewards afterwards.
sys.path.insert(0, str(BASE))
import rewards  # noqa: E402

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# Steps compute in bfloat16 where that is fast; looks never do, so that their figures are those of rewards.py.
FAST = DEVICE.type == "cuda" and torch.cuda.get_device_capability()[0] >= 8

# A row is a post and a comment, and the first row of a pair is the better one.
Row = tuple[str, str]
Pair = tuple[Row, Row]


class Part(NamedTuple):
    """Pairs of one post that run at once, the tokens of all they read, and those of the longest text."""

    pairs: list[Pair]
    tokens: int
    longest: int


class RewardModel:
    """The encoder and the head of a folder, to be trained."""

    def __init__(self, folder: Path):
        facts = json.loads((folder / "tiebreak.json").read_text(encoding="utf-8"))
        encoder = facts["encoder"]
        self.apart, self.padding = facts["method"] == "deep", encoder["pad_id"]
        if self.apart:
            self.reader, self.texts_of = rewards.reader_of(folder, encoder), lambda row: row
        else:
            self.reader, read_of = rewards.row_reader(folder, facts)
            self.texts_of = lambda row: (read_of(row),)
        self.encoder = rewards.Transformer(folder, encoder, self.apart and encoder["unit"])
        self.module = self.encoder.model.to(DEVICE)
        for module in self.module.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = training["dropout"]
        stored = load_file(folder / "head.safetensors")
        # What is counted in a comment stays as it is, and so does what the head makes of that.
        self.fixed = {name: value for name, value in stored.items() if name.startswith("text.")}
        # Products of numbers of unit vectors are small: what is learned is the weight of products brought to the numbers' size.
        self.scales = {"product": math.sqrt(encoder["width"])}
        self.learned = {
            name: torch.nn.Parameter((value / self.scales.get(name, 1)).to(DEVICE))
            for name, value in stored.items()
            if name not in self.fixed
        }

    def read(self, rows: list[Row]) -> None:
        """Reads all texts there will be: each one's ids and segments, and what is counted in it."""
        texts = list(dict.fromkeys(text for row in rows for text in self.texts_of(row)))
        self.tokens = {}
        for at in range(0, len(texts), 256):
            some = texts[at : at + 256]
            found = self.reader.read(some)
            for i, text in enumerate(some):
                there = found["attention_mask"][i] == 1
                self.tokens[text] = [found[name][i][there].astype(np.int32) for name in ("input_ids", "token_type_ids")]
        if self.apart:
            head = {name.removeprefix("text."): value.numpy() for name, value in self.fixed.items()}
            comments = dict.fromkeys(comment for _, comment in rows)
            self.counted = {comment: rewards.text_reward(head, comment) for comment in comments}

    def head(self) -> dict[str, torch.Tensor]:
        """The head as head.safetensors has it."""
        return {name: value * self.scales.get(name, 1) for name, value in self.learned.items()}

    def __call__(self, rows: list[Row]) -> torch.Tensor:
        """The rewards of rows that were read, [rows]. Each text is run once."""
        texts = list(dict.fromkeys(text for row in rows for text in self.texts_of(row)))
        place = {text: i for i, text in enumerate(texts)}
        ids, mask = rewards.padded([self.tokens[text][0] for text in texts], self.padding)
        segments, _ = rewards.padded([self.tokens[text][1] for text in texts], 0)
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=FAST and self.module.training):
            vectors = self.encoder.vectors({"input_ids": ids, "attention_mask": mask, "token_type_ids": segments})
        of = [vectors.float()[[place[text] for text in side]] for side in zip(*map(self.texts_of, rows))]
        if not self.apart:
            return of[0] @ self.head()["weight"]
        counted = torch.tensor([self.counted[comment] for _, comment in rows], device=DEVICE)
        return rewards.deep_reward(self.head(), *of) + counted

    def differences(self, pairs: list[Pair]) -> torch.Tensor:
        """By how much the first row of each pair is better than the second, [pairs]."""
        rows = list(dict.fromkeys(row for pair in pairs for row in pair))
        place = {row: i for i, row in enumerate(rows)}
        values = self(rows)
        first, second = (values[[place[row] for row in side]] for side in zip(*pairs))
        return first - second


def posts_in(file: Path) -> list[list[Pair]]:
    """The pairs of each post."""
    posts: dict[str, list[Pair]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            post, chosen, rejected = (rewards.whole(pair[name]) for name in ("prompt", "chosen", "rejected"))
            posts.setdefault(post, []).append(((post, chosen), (post, rejected)))
    return list(posts.values())


def parts_of(model: RewardModel, posts: list[list[Pair]]) -> list[Part]:
    """Each post's pairs together; where they don't fit into a batch, they fall apart."""
    found: list[Part] = []
    for pairs in posts:
        lengths: dict = {}
        members: list[Pair] = []
        for pair in pairs:
            own = {text: len(model.tokens[text][0]) for row in pair for text in model.texts_of(row)}
            if members and sum((lengths | own).values()) > training["tokensPerBatch"]:
                found.append(Part(members, sum(lengths.values()), max(lengths.values())))
                lengths, members = {}, []
            lengths |= own
            members.append(pair)
        found.append(Part(members, sum(lengths.values()), max(lengths.values())))
    return found


def packed(parts: list[Part]) -> list[list[Pair]]:
    """Batches of up to `tokensPerBatch` tokens, those of similar length together."""
    batches: list[list[Pair]] = []
    room = 0
    for part in sorted(parts, key=lambda part: -part.longest):
        if not batches or part.tokens > room:
            batches.append([])
            room = training["tokensPerBatch"]
        batches[-1] += part.pairs
        room -= part.tokens
    return batches


def batches_of(parts: list[Part], epoch: int) -> list[list[Pair]]:
    """The batches of an epoch in an order by chance, which the seed and the epoch decide."""
    chance = random.Random(f"{training['seed']} {epoch}")
    many = training["pairsPerBatch"]
    if many > 0:
        pairs = [pair for part in parts for pair in part.pairs]
        chance.shuffle(pairs)
        return [pairs[at : at + many] for at in range(0, len(pairs), many)]
    order = chance.sample(parts, len(parts))
    # From windows of about so many batches: little padding, and still a random order.
    window = 32 * max(1, training["tokensPerBatch"] // 128)
    batches = [batch for at in range(0, len(order), window) for batch in packed(order[at : at + window])]
    chance.shuffle(batches)
    return batches


def layer_of(name: str) -> int:
    """0 for the embeddings, and the layers from 1 on."""
    return int(name.split(".")[2]) + 1 if name.startswith("encoder.layer.") else 0


def optimizer_of(model: RewardModel) -> torch.optim.AdamW:
    """AdamW whose groups have a `factor` on the learning rate: lower layers learn more slowly, the head as is said."""
    layers = model.module.config.num_hidden_layers
    groups: dict[tuple[float, bool], list] = {(training["headRate"], True): list(model.learned.values())}
    for name, weights in model.module.named_parameters():
        layer = layer_of(name)
        weights.requires_grad_(layer > training["frozenLayers"] if layer > 0 else not training["freezeEmbeddings"])
        if weights.requires_grad:
            factor = training["layerDecay"] ** (layers + 1 - layer)
            groups.setdefault((factor, weights.dim() > 1 or training["decayVectors"] != 0), []).append(weights)
    return torch.optim.AdamW(
        [
            {"params": some, "factor": factor, "weight_decay": training["weightDecay"] if decays else 0.0}
            for (factor, decays), some in groups.items()
        ],
        betas=(training["beta1"], training["beta2"]),
        eps=training["epsilon"],
    )


def rate_at(step: int, steps: int) -> float:
    """Linear warm-up to the highest learning rate, then linear decay to 0. Steps count from 1."""
    highest, warmup = training["learningRate"], training["warmupSteps"]
    if training["fixedWarmup"] != 0:
        return highest * ((step - 1) / warmup if step - 1 < warmup else (steps - step + 1) / max(1, steps - warmup))
    # A short run doesn't spend itself on the warm-up.
    warmup = min(warmup, steps // 5)
    return highest * (step / warmup if step <= warmup else (steps - step + 1) / (steps - warmup + 1))


def take_step(model: RewardModel, optimizer: torch.optim.AdamW, batches: list[list[Pair]], rate: float) -> float:
    """A step on the mean of -log sigmoid(chosen - rejected) over all pairs of some batches, which it gives."""
    model.module.train()
    pairs, total = sum(map(len, batches)), 0.0
    for batch in batches:
        loss = softplus(-model.differences(batch)).sum() / pairs
        loss.backward()
        total += loss.item()
    if training["maxGradientNorm"] > 0:
        learned = [weights for group in optimizer.param_groups for weights in group["params"]]
        torch.nn.utils.clip_grad_norm_(learned, training["maxGradientNorm"])
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]
    optimizer.step()
    optimizer.zero_grad()
    return total


@torch.no_grad()
def look(model: RewardModel, batches: list[list[Pair]]) -> tuple[float, float]:
    """The mean loss over pairs that are not learned from, and the share of them in the right order."""
    model.module.eval()
    differences = torch.cat([model.differences(batch) for batch in batches])
    right = (differences > 0).float() + (differences == 0).float() / 2
    return softplus(-differences).mean().item(), right.mean().item()


def write(model: RewardModel, quality: str) -> None:
    """Writes a folder of the form of base/, which appears whole. Its README says `quality` where that of base/ said its own."""
    partial = OUTPUT.with_name(f"{OUTPUT.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(BASE, partial, ignore=shutil.ignore_patterns("*.safetensors", "__pycache__"))
    on_disk = lambda tensors: {name: value.detach().cpu().contiguous() for name, value in tensors}
    save_file(on_disk(model.module.named_parameters()), partial / "model.safetensors", metadata={"format": "pt"})
    save_file({**on_disk(model.head().items()), **model.fixed}, partial / "head.safetensors")
    readme = partial / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace(settings["quality"], quality), encoding="utf-8")
    shutil.rmtree(OUTPUT, ignore_errors=True)
    partial.rename(OUTPUT)


def main() -> None:
    if OUTPUT == BASE or (OUTPUT.exists() and not (OUTPUT / "tiebreak.json").exists()):
        sys.exit(f"{OUTPUT} would be replaced by the trained model: name another folder as output in settings.json.")
    torch.manual_seed(training["seed"])
    train, validation = (posts_in(HERE / "data" / f"{name}.jsonl") for name in ("train", "validation"))
    model = RewardModel(BASE)
    model.read([row for pairs in (*train, *validation) for pair in pairs for row in pair])
    looks = packed(parts_of(model, validation))
    parts = parts_of(model, train)
    steps: list[list[list[Pair]]] = []
    for epoch in range(training["epochs"]):
        batches, many = batches_of(parts, epoch), training["accumulation"]
        steps += [batches[at : at + many] for at in range(0, len(batches), many)]
    every = training["evaluateEvery"] if training["evaluateEvery"] > 0 else math.ceil(len(steps) / 10)
    print(f"{sum(map(len, train))} pairs, {len(steps)} steps, on {DEVICE}", flush=True)

    optimizer = optimizer_of(model)
    best, best_step, worse = (math.inf, 0.0), 0, 0
    losses: list[float] = []
    for step in range(len(steps) + 1):
        if step > 0:
            losses.append(take_step(model, optimizer, steps[step - 1], rate_at(step, len(steps))))
            if not math.isfinite(losses[-1]):
                sys.exit(f"The loss is no longer a number at step {step}: try a lower learningRate in settings.json.")
        if not looks or (step % every != 0 and step < len(steps)):
            continue
        found = look(model, looks)
        learned = f"loss {sum(losses) / len(losses):.6f}, " if losses else ""
        print(f"step {step}: {learned}validation loss {found[0]:.6f}, accuracy {found[1]:.6f}", flush=True)
        losses, worse = [], worse + 1
        if training["keepBest"] == 0 or found[0] < best[0]:
            best, best_step, worse = found, step, 0
            write(model, f"It is right in {found[1]:.1%} of the validation pairs of its training elsewhere.")
        if 0 < training["patience"] <= worse:
            break
    if looks:
        print(f"{OUTPUT.name}: step {best_step}, validation loss {best[0]:.6f}, accuracy {best[1]:.6f}")
    else:
        write(model, "How often it is right was not measured on pairs that it had not seen.")
        print(f"{OUTPUT.name}: step {len(steps)}, loss {losses[-1]:.6f}; there are no pairs to measure on")


if __name__ == "__main__":
    main()
