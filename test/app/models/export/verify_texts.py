"""Holds exported models on encoders, and blends, against what they give in Tiebreak: python verify_texts.py CASES.json

CASES.json has `rows` with post and comment, and `cases`, each with a folder and its rewards. The code that runs is that in the folder's
README, which is also what rewards.py must give. Ends with 0 where every reward is within 1e-4.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

TOLERANCE = 1e-4


def code_of(folder: Path) -> str:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)\n(?:pairs = |print\()", readme, re.S)
    return found[1].replace('FOLDER = "."', f"FOLDER = {str(folder)!r}")


def check_encoder(folder: Path) -> None:
    """The folder is one that transformers and sentence-transformers load without a complaint, and both make the same vectors of a text."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer

    model, report = AutoModel.from_pretrained(folder, add_pooling_layer=False, output_loading_info=True)
    assert not any(report.values()), report
    facts = json.loads((folder / "tiebreak.json").read_text(encoding="utf-8"))["encoder"]
    texts = ["A comment.", "Another one, and longer: it says why."]
    batch = AutoTokenizer.from_pretrained(folder)([facts["prompt"] + text for text in texts], padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model.eval()(**batch).last_hidden_state
    mask = batch["attention_mask"][:, :, None]
    vectors = (hidden * mask).sum(1) / mask.sum(1) if facts["pooling"] == "mean" else hidden[:, 0]
    if facts["unit"]:
        vectors = torch.nn.functional.normalize(vectors)
    assert abs(SentenceTransformer(str(folder)).encode(texts) - vectors.numpy()).max() < 1e-5


def main(file: str) -> int:
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    pairs = [(row["post"], row["comment"]) for row in given["rows"]]
    # Halves of characters are no text for others' libraries, and rewards.py replaces them.
    clean = [i for i, pair in enumerate(pairs) if not any(re.search("[\ud800-\udfff]", text) for text in pair)]
    worst = 0.0
    for case in given["cases"]:
        folder, expected = Path(case["folder"]), case["rewards"]
        if (folder / "modules.json").exists():
            check_encoder(folder)
        names: dict = {}
        exec(code_of(folder), names)
        facts = json.loads((folder / "tiebreak.json").read_text(encoding="utf-8"))
        seen = pairs if facts.get("reads_post", True) else [comment for _, comment in pairs]
        found = names["rewards"]([seen[i] for i in clean])
        off = max(abs(reward - expected[i]) for reward, i in zip(found, clean, strict=True))
        rows = folder / "rows.jsonl"
        rows.write_text("".join(json.dumps(row) + "\n" for row in given["rows"]), encoding="utf-8")
        own = json.loads(subprocess.run([sys.executable, folder / "rewards.py", rows], check=True, capture_output=True).stdout)
        off_own = max(abs(reward - one) for reward, one in zip(own, expected, strict=True))
        spread = max(expected) - min(expected)
        print(f"{folder.name}: {off:.1e} off by its README, {off_own:.1e} by rewards.py, rewards {spread:.2f} apart")
        worst = max(worst, off, off_own)
    print(f"{len(given['cases'])} models, {len(pairs)} rewards each, {worst:.1e} off at most")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
