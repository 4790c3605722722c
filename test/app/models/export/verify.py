"""Holds exported models against Python's own libraries: python verify.py EXPECTED.jsonl FOLDER...

Each folder is what `models export --as huggingface` or `--as onnx` wrote, or what the script of a bundle trained from one (its
code is then that of base/README.md beside it). EXPECTED.jsonl has rows with prompt, comment and reward. The code that runs is
the one in the README. Ends with 0 where every reward is within 1e-4.
"""

import json
import re
import sys
from pathlib import Path


def code_of(folder: Path) -> str:
    for readme in (folder / "README.md", folder.parent / "base" / "README.md"):
        found = re.search(r"```python\n(.*?)\npairs = ", readme.read_text(encoding="utf-8"), re.S) if readme.exists() else None
        if found and "def rewards" in found[1]:
            return found[1].replace('FOLDER = "."', f"FOLDER = {str(folder)!r}")
    raise SystemExit(f"{folder} has no README with code")


def check_names(folder: Path) -> None:
    from safetensors import safe_open
    from transformers import GPT2ForSequenceClassification

    model, report = GPT2ForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    assert not any(report.values()), report
    with safe_open(folder / "model.safetensors", "pt") as file:
        stored = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}
    assert stored == {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    print(f"{folder}: transformers' names and shapes, all {len(stored)}")


def check_graph(model: Path) -> None:
    try:
        import onnx
    except ImportError:
        print(f"{model}: not checked, since the package onnx is missing")
        return
    onnx.checker.check_model(str(model), full_check=True)
    print(f"{model}: sound by onnx.checker")


def main(expected: str, *folders: str) -> int:
    rows = [json.loads(line) for line in Path(expected).read_text(encoding="utf-8").splitlines()]
    worst = 0.0
    for folder in map(Path, folders):
        if (folder / "model.onnx").exists():
            check_graph(folder / "model.onnx")
        else:
            check_names(folder)
        names: dict = {}
        exec(code_of(folder), names)
        found = names["rewards"]([(row["prompt"], row["comment"]) for row in rows])
        off = max(abs(reward - row["reward"]) for reward, row in zip(found, rows, strict=True))
        print(f"{folder}: {len(rows)} rewards, {off:.1e} off at most")
        worst = max(worst, off)
    return int(worst > 1e-4)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
