"""Rewards of comments under posts, by the model in this folder, which was exported by Tiebreak.

    from rewards import load
    model = load(".")
    print(model([("How do I sort a list?", "sorted(xs) gives a new list."), ("How do I sort a list?", "idk")]))

Or from a file with {"post": ..., "comment": ...} in each line: python rewards.py ROWS.jsonl. Needs what README.md names.
"""

import json
import math
import sys
import unicodedata
from pathlib import Path

import numpy as np
import regex
from safetensors.numpy import load_file

# What is counted in a text. The texts are read as JavaScript reads them, where lengths are in units of UTF-16.

SPACES = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SPACE = regex.compile(f"[{SPACES}]+")
WORD = regex.compile(r"[\p{L}\p{N}']+")
SELF = {"i", "i'm", "i've", "i'd", "my", "me"}
OTHER = {"you", "your", "you're"}
NEGATIVE = {"not", "no", "never", "don't", "can't", "isn't", "doesn't"}
OPENERS = {"yes", "no", "well", "so", "and", "but"}
MODAL = {"should", "would", "could", "might", "may", "must", "can", "will"}
DOUBTING = {"think", "guess", "probably", "maybe", "perhaps", "seem", "seems", "imo", "imho", "sure"}
FUNCTION_WORDS = set("the of and a to in is that it for as with was on be by this are or an".split())
PAST = regex.compile(r"(?:was|were|had|did|.+ed)\Z", regex.DOTALL)
LONG = 7

SENTENCE_END = regex.compile(f"[.!?](?=[{SPACES}]|\\Z)")
LETTERS_IN_CAPITALS, SMALL_LETTER, DIGIT = regex.compile(r"\p{Lu}"), regex.compile(r"\p{Ll}"), regex.compile(r"\p{Nd}")
LINK, ELLIPSIS = regex.compile(r"https?:|www\."), regex.compile(r"\.\.\.|…")
CODE = regex.compile("`|(?:\\A|(?<=[\n\r\u2028\u2029])) {4}")
CAPITAL_FIRST, CLOSED = regex.compile(r"\A\p{Lu}"), regex.compile("[.!?\"'”]\\Z")
ADDRESS = regex.compile(f"(?:\\A|[{SPACES}])@[\\p{{L}}\\p{{N}}]")
DASH = regex.compile(f"[{SPACES}][-–—]+[{SPACES}]|—")
NUMBER, NAME = regex.compile(r"\p{Nd}+"), regex.compile(r"[\p{Ll},;] \p{Lu}\p{Ll}")
FIRST_END = regex.compile("[.!?\n]")


def units(text: str) -> int:
    """Length in units of UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def whole(text: str) -> str:
    """A text without halves of characters, which no other program could read."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return regex.sub("[\ud800-\udfff]", "\ufffd", joined)


def counted(text: str) -> str:
    """The beginning of a comment that is counted in: 100,000 units of UTF-16, no character cut in two."""
    return text if len(text) <= 50_000 else text.encode("utf-16-le", "surrogatepass")[:200_000].decode("utf-16-le", "ignore")


def text_features(text: str) -> list[float]:
    """The numbers that are counted in the beginning of a comment, in the order of the head's weights."""
    text = counted(text)
    characters = max(1, units(text))
    parts = [part for part in SPACE.split(text) if part]
    words = max(1, len(parts))
    plain = WORD.findall(text.lower())
    lengths = [units(word) for word in plain]
    count = lambda pattern: sum(1 for _ in pattern.finditer(text))
    among = lambda characters_: sum(text.count(character) for character in characters_)
    share = lambda known: sum(word in known for word in plain) / words
    sentences = max(1, count(SENTENCE_END))
    capitals = sum(
        SMALL_LETTER.search(part) is None and len(LETTERS_IN_CAPITALS.findall(part)) > 1 for part in parts
    )
    long_words = sum(length >= LONG for length in lengths)
    begins = plain[0] if plain else ""
    first_end = FIRST_END.search(text)
    return [
        float(value)
        for value in (
            math.log1p(units(text)),
            math.log1p(len(parts)),
            characters / words,
            len(set(plain)) / max(1, len(plain)),
            among(".,;:") / characters,
            among(",") / words,
            among("!") / words,
            among("?") / words,
            "!" in text,
            "?" in text,
            ELLIPSIS.search(text) is not None,
            count(DIGIT) / characters,
            count(LETTERS_IN_CAPITALS) / characters,
            capitals / words,
            among("\n") / words,
            "\n\n" in text,
            LINK.search(text) is not None,
            CODE.search(text) is not None,
            CAPITAL_FIRST.search(text) is not None,
            CLOSED.search(trimmed(text)) is not None,
            among("\"'“”‘’") / words,
            among("()") / words,
            "-" in text,
            math.log(words / sentences),
            math.log(sentences),
            share(SELF),
            share(OTHER),
            share(NEGATIVE),
            begins in ("i", "i'm"),
            begins in OPENERS,
            long_words / words,
            math.log1p(long_words),
            ADDRESS.search(text) is not None,
            math.log1p(count(LINK)),
            DASH.search(text) is not None,
            ":" in text,
            ";" in text,
            math.log1p(text.count("\n\n")),
            math.log1p(count(NUMBER)),
            math.log1p(count(NAME)),
            math.log1p(units(text[: first_end.start()] if first_end else text)),
            max(lengths, default=0),
            share(FUNCTION_WORDS),
            share(MODAL),
            sum(PAST.match(word) is not None for word in plain) / words,
            share(DOUBTING),
        )
    ]


def trimmed(text: str) -> str:
    """A text without the white space at its end."""
    return regex.sub(f"[{SPACES}]+\\Z", "", text)


BITS = 15


def hashed_words(text: str) -> dict[int, float]:
    """Words and pairs of neighbours by the buckets of their hashes, log(1 + count), as a row of unit length."""
    words = WORD.findall(counted(text).lower())
    counts: dict[int, int] = {}
    for what in [*words, *(f"{one} {next_}" for one, next_ in zip(words, words[1:]))]:
        bucket = fnv1a(what) >> (32 - BITS)
        counts[bucket] = counts.get(bucket, 0) + 1
    length = math.sqrt(sum(math.log1p(count) ** 2 for count in counts.values()))
    return {bucket: math.log1p(count) / length for bucket, count in counts.items()}


def fnv1a(text: str) -> int:
    """Fowler, Noll and Vo's hash of the UTF-8 bytes, 32 bits."""
    value = 2166136261
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


CLIP, LARGEST_SQUARE = 4.0, 9.0
PRIOR, PLAIN_SHARE, LENGTH_SHARE, WORDS_SHARE = 0.15, 0.3, 1.0, 0.5


def head_reward(head: dict[str, np.ndarray], text: str, post: np.ndarray, comment: np.ndarray) -> float:
    """What a head gives for a comment with the vectors of its post and itself."""
    weights, mean, deviation = (head[name].astype(np.float64) for name in ("weights", "mean", "deviation"))
    plain, width = len(mean), len(comment)
    of_comment, of_product, of_plain, of_bent, of_length, of_words = np.split(
        weights, np.cumsum([width, width, plain, plain, 1])
    )
    product = comment.astype(np.float64) * post
    values = np.array([*text_features(text), product.sum()])
    distance = np.clip((values - mean) / deviation, -CLIP, CLIP)
    squares = PLAIN_SHARE / 2 * (np.minimum(LARGEST_SQUARE, distance**2) - 1)
    words = sum(WORDS_SHARE * value * of_words[bucket] for bucket, value in hashed_words(text).items())
    return float(
        PRIOR * math.log1p(units(text))
        + comment @ of_comment
        + product @ of_product
        + distance @ of_plain
        + squares @ of_bent
        + LENGTH_SHARE * distance[0] * of_length[0]
        + words
    )


def text_reward(head: dict[str, np.ndarray], text: str) -> float:
    """What a head finds in the text alone."""
    plain, weights = len(head["mean"]), len(head["weights"])
    none = np.zeros((weights - (1 << BITS) - 2 * plain - 1) // 2)
    return head_reward(head, text, none, none)


# Tokens.


class Pieces:
    """The unigram tokenizer of Universal Sentence Encoder Lite, with what is peculiar to it: a score of zero counts as none; what no
    piece begins with is unknown at no cost, and unknowns in a row are one."""

    UNKNOWN, RESERVED = 0, 6

    def __init__(self, file: Path):
        vocabulary = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
        self.lengths = [units(piece) for piece, _ in vocabulary]
        self.known = {
            piece: (number, score or 0.0) for number, (piece, score) in enumerate(vocabulary) if number >= self.RESERVED
        }
        self.longest = max(len(piece) for piece, _ in vocabulary)

    def encode(self, text: str) -> list[int]:
        text = unicodedata.normalize("NFKC", text)
        if text == "":
            return []
        text = "\u2581" + text.replace(" ", "\u2581")
        ids, best = [0] * (len(text) + 1), [0.0] * (len(text) + 1)
        for begin in range(len(text)):
            found = False
            for end in range(begin + 1, min(len(text), begin + self.longest) + 1):
                piece = self.known.get(text[begin:end])
                if piece is None:
                    continue
                found = True
                score = piece[1] + best[begin]
                if best[end] == 0 or score >= best[end]:
                    ids[end], best[end] = piece[0], score
            if not found and (best[begin + 1] == 0 or best[begin] >= best[begin + 1]):
                ids[begin + 1], best[begin + 1] = self.UNKNOWN, best[begin]
        found_ids, previous, end = [], -1, len(text)
        while end > 0:
            number = ids[end]
            if number != self.UNKNOWN or previous != self.UNKNOWN:
                found_ids.append(number)
            previous = number
            end -= 1 if number == self.UNKNOWN else self.lengths[number]
        return found_ids[::-1]


def padded(rows: list[list[int]], padding: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids of one length, and 1 where they are a text's own."""
    shape = (len(rows), max(1, *map(len, rows)))
    ids, mask = np.full(shape, padding, np.int64), np.zeros(shape, np.int64)
    for row, own in enumerate(rows):
        ids[row, : len(own)], mask[row, : len(own)] = own, 1
    return ids, mask


class PieceReader:
    """Texts as Universal Sentence Encoder takes them."""

    def __init__(self, folder: Path, facts: dict):
        self.pieces, self.most = Pieces(folder / "tokenizer.json"), facts["max_length"]

    def read(self, texts: list) -> dict[str, np.ndarray]:
        ids, mask = padded([self.pieces.encode(text)[: self.most] for text in texts], 0)
        return {"input_ids": ids, "attention_mask": mask}


class MarkedReader:
    """Texts, or pairs of them, as encoders of the BERT family take them."""

    def __init__(self, folder: Path, facts: dict):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(facts["max_length"], strategy="longest_first")
        self.tokenizer.enable_padding(pad_id=facts["pad_id"], pad_token=facts["pad_token"])
        self.prompt = facts["prompt"]

    def read(self, texts: list) -> dict[str, np.ndarray]:
        rows = [text if isinstance(text, tuple) else self.prompt + text for text in texts]
        found = self.tokenizer.encode_batch(rows)
        values = lambda name: np.array([getattr(one, name) for one in found], np.int64)
        return {
            "input_ids": values("ids"),
            "attention_mask": values("attention_mask"),
            "token_type_ids": values("type_ids"),
        }


def reader_of(folder: Path, facts: dict):
    return (MarkedReader if facts["kind"] == "bert" else PieceReader)(folder, facts)


# Graphs and models.

# Threads of a graph that ONNX Runtime runs; 0 for as many as there are cores. To be set before a model is loaded.
THREADS = 0


class Onnx:
    """The model.onnx of a folder: takes what it knows of what it is given, and gives its one result."""

    def __init__(self, folder: Path):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.names = {one.name for one in self.session.get_inputs()}

    def __call__(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        return self.session.run(None, {name: value for name, value in inputs.items() if name in self.names})[0]


class Transformer:
    """The encoder of a folder of transformers: gives a vector for each text or pair."""

    def __init__(self, folder: Path, facts: dict, unit: bool):
        import torch
        from transformers import AutoModel

        self.torch, self.facts, self.unit = torch, facts, unit
        self.model = AutoModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32).eval()
        self.segments = getattr(self.model.config, "type_vocab_size", 0) > 1

    def vectors(self, inputs: dict[str, np.ndarray]):
        """The vectors as a tensor of PyTorch, which a training goes through."""
        names = ["input_ids", "attention_mask", *(["token_type_ids"] if self.segments else [])]
        batch = {name: self.torch.from_numpy(inputs[name]).to(self.model.device) for name in names}
        hidden, mask = self.model(**batch).last_hidden_state, batch["attention_mask"][:, :, None]
        vectors = (hidden * mask).sum(1) / mask.sum(1) if self.facts["pooling"] == "mean" else hidden[:, 0]
        return self.torch.nn.functional.normalize(vectors) if self.unit else vectors

    def __call__(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        with self.torch.no_grad():
            return self.vectors(inputs).numpy()


AT_ONCE = 32


def in_batches(rows: list, run) -> np.ndarray:
    """The results for all rows, those of similar length together."""
    order = sorted(range(len(rows)), key=lambda i: len("".join(rows[i])))
    parts = [run([rows[i] for i in order[at : at + AT_ONCE]]) for at in range(0, len(order), AT_ONCE)]
    return np.concatenate(parts)[np.argsort(order)]


def vectors_of(texts: list[str], reader, encoder) -> dict[str, np.ndarray]:
    """The vector of each text, read once."""
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, in_batches(unique, lambda some: encoder(reader.read(some)))))


def quick(folder: Path, facts: dict):
    head, reader = load_file(folder / "head.safetensors"), reader_of(folder, facts["encoder"])
    encoder = Onnx(folder) if (folder / "model.onnx").exists() else Transformer(folder, facts["encoder"], facts["encoder"]["unit"])

    def rewards(rows: list) -> np.ndarray:
        vectors = vectors_of([text for row in rows for text in row], reader, encoder)
        return np.array([head_reward(head, comment, vectors[post], vectors[comment]) for post, comment in rows])

    return rewards


def deep_reward(head: dict, posts, comments):
    """What a head makes of the vectors of posts and comments, [rows, width] each, whether of NumPy or of PyTorch."""
    product = posts * comments
    cosine = product.sum(1)
    of_vectors = comments @ head["comment"] + product @ head["product"]
    return of_vectors + head["cosine"] * cosine + head["cosine_square"] * cosine**2


def deep(folder: Path, facts: dict):
    head, reader = load_file(folder / "head.safetensors"), reader_of(folder, facts["encoder"])
    text_head = {name.removeprefix("text."): value for name, value in head.items() if name.startswith("text.")}

    if (folder / "model.onnx").exists():
        graph = Onnx(folder)

        def run(rows: list) -> np.ndarray:
            texts = list(dict.fromkeys(text for row in rows for text in row))
            places = [np.array([texts.index(row[side]) for row in rows], np.int64) for side in (0, 1)]
            of_text = np.array([text_reward(text_head, comment) for _, comment in rows], np.float32)
            return graph({**reader.read(texts), "post": places[0], "comment": places[1], "text_reward": of_text})

        return lambda rows: in_batches(rows, run)

    encoder = Transformer(folder, facts["encoder"], facts["encoder"]["unit"])

    def rewards(rows: list) -> np.ndarray:
        vectors = vectors_of([text for row in rows for text in row], reader, encoder)
        posts, comments = (np.array([vectors[row[side]] for row in rows]) for side in (0, 1))
        return deep_reward(head, posts, comments) + [text_reward(text_head, comment) for _, comment in rows]

    return rewards


def row_reader(folder: Path, facts: dict):
    """The reader of a model that reads a row as one sequence, and what it is given of a row: the pair, or the comment alone."""
    reader = reader_of(folder, facts["encoder"])
    if facts.get("reads_post", True):
        return reader, lambda row: row
    # A prompt asks for vectors to compare: this model was trained without.
    reader.prompt = ""
    return reader, lambda row: row[1]


def together(folder: Path, facts: dict):
    reader, read_of = row_reader(folder, facts)
    if (folder / "model.onnx").exists():
        run = Onnx(folder)
    else:
        encoder, head = Transformer(folder, facts["encoder"], False), load_file(folder / "head.safetensors")["weight"]
        run = lambda read: encoder(read) @ head
    return lambda rows: in_batches([read_of(row) for row in rows], lambda some: run(reader.read(some)))


def gpt(folder: Path, facts: dict):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # Names of special tokens that stand in a text are ordinary text.
    tokenizer.encode_special_tokens = True
    first = [] if facts["start_id"] is None else [facts["start_id"]]
    most = facts["max_length"] - 1 - len(first)

    def tokens(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    def last(ids: list[int], count: int) -> list[int]:
        return ids[max(0, len(ids) - count) :]

    def encode(post: str, comment: str) -> list[int]:
        before = facts["start"] + post + "\n\n"
        ids = tokens(before + comment)
        if len(ids) > most and facts["cut_once"]:
            # A post that doesn't fit is cut to one length, whatever the comment.
            kept = last(tokens(before), most // 2)
            ids = kept + last(tokens(comment), most - len(kept))
        return [*first, *last(ids, most), facts["end_id"]]

    if (folder / "model.onnx").exists():
        graph, padding = Onnx(folder), facts["end_id"]
        run = graph
    else:
        import torch
        from transformers import AutoModelForSequenceClassification

        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
        padding = model.config.pad_token_id

        def run(inputs: dict[str, np.ndarray]) -> np.ndarray:
            with torch.no_grad():
                return model(**{name: torch.from_numpy(value) for name, value in inputs.items()}).logits[:, 0].numpy()

    def some(rows: list) -> np.ndarray:
        ids, mask = padded([encode(*row) for row in rows], padding)
        return run({"input_ids": ids, "attention_mask": mask})

    return lambda rows: in_batches(rows, some)


def blend(folder: Path, facts: dict):
    parts = [(model_in(folder / part["folder"]), part["weight"]) for part in facts["parts"]]
    return lambda rows: sum(weight * np.asarray(model(rows), np.float64) for model, weight in parts)


MODELS = {"quick": quick, "deep": deep, "together": together, "gpt": gpt, "blend": blend}


def model_in(folder: Path):
    facts = json.loads((folder / "tiebreak.json").read_text(encoding="utf-8"))
    return MODELS[facts["method"]](folder, facts)


def load(folder):
    """The model of a folder: a function of rows (post, comment) that gives a reward for each."""
    model = model_in(Path(folder))
    return lambda rows: [float(reward) for reward in model([tuple(map(whole, row)) for row in rows])] if rows else []


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
    rows_ = [json.loads(line) for line in lines if line.strip()]
    print(json.dumps(load(Path(__file__).resolve().parent)([(row["post"], row["comment"]) for row in rows_])))
