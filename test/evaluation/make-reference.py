"""Writes reference.json: NDCG of random groups by scikit-learn. Run once: python3 make-reference.py > reference.json"""

import json
import random

from sklearn.metrics import ndcg_score

random.seed(7)
cases = []
for size in range(2, 8):
    for kind in ("distinct", "ties", "constant"):
        for _ in range(4):
            ranks = list(range(size))
            random.shuffle(ranks)
            if kind == "distinct":
                scores = [round(random.gauss(0, 2), 4) for _ in ranks]
            elif kind == "ties":
                scores = [random.randrange(3) / 2 for _ in ranks]
            else:
                scores = [0.25] * size
            gains = [size - 1 - rank for rank in ranks]
            best = [1 if rank == 0 else 0 for rank in ranks]
            at = [1, 2, 3, 4, 5]
            cases.append(
                {
                    "ranks": ranks,
                    "scores": scores,
                    "ndcg": ndcg_score([gains], [scores]),
                    "sk": [ndcg_score([gains], [scores], k=k) for k in at],
                    "custom": [ndcg_score([best], [scores], k=k) for k in at],
                }
            )
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
