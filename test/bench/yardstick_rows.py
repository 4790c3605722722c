"""CUP IT rows for the yardsticks, as Tiebreak reads them (src-main/recipe/pairs.ts, tokenizer/input.ts): the same texts, cut at the same
token, and the same pairs."""
import json
import resource


def read_rows(path, posts):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file][:posts]


def post_of(row):
    """What a model gets to read of a post: title, text and context; a title that the text begins with is left out."""
    title = row.get("title")
    title = None if title and row["text"].startswith(title) else title
    return "\n\n".join(part for part in (title, row["text"], row.get("context")) if part)


def inputs_of(row):
    """The text of each comment's input, without the end token. GPT-2's vocabulary has no start token: its name is ordinary text."""
    return [f"<|startoftext|>{post_of(row)}\n\n{comment['text']}" for comment in row["comments"]]


def pairs_of(row):
    """All pairs of a post's comments whose places differ, as (better, worse)."""
    scores = [comment["score"] for comment in row["comments"]]
    return [(i, j) for i, one in enumerate(scores) for j, other in enumerate(scores) if one < other]


def encode(tokenizer, texts, tokens):
    """Token ids with the end token, at most `tokens` of them, cut on the left. `tokenizer` is one of the library tokenizers."""
    end = tokenizer.token_to_id("<|endoftext|>")
    return [encoding.ids[-(tokens - 1):] + [end] for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]


def unused_id(tokenizer, sequences):
    """A token for padding that no sequence has: where padding is the end token, transformers reads the reward before the end token."""
    used = {id for ids in sequences for id in ids}
    return next(id for id in reversed(range(tokenizer.get_vocab_size())) if id not in used)


def pad(sequences, padding):
    longest = max(len(ids) for ids in sequences)
    return [ids + [padding] * (longest - len(ids)) for ids in sequences]


def spent(device="cpu"):
    """Of the process so far: the most memory, on the graphics card as well, and the processor's seconds, those of compilers with it."""
    import torch
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    card = {"cardMB": round(torch.cuda.max_memory_allocated() / 2**20)} if device.startswith("cuda") else {}
    return {"peakMB": round(own.ru_maxrss / 1024), **card,
            "processorSeconds": round(sum(r.ru_utime + r.ru_stime for r in (own, children)), 2)}


def about():
    import torch
    return {"torch": torch.__version__, "instructions": torch.backends.cpu.get_cpu_capability(), "threads": torch.get_num_threads()}
