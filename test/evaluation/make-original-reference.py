"""Writes original-reference.json: what the original recipe logged, for random rewards of posts with five ranked comments.

Follows its steps one by one: pairs of neighbours, scores rebuilt from them, softmax, scikit-learn. Run once:
python3 make-original-reference.py > original-reference.json
"""

import json
import math
import random

from sklearn.metrics import ndcg_score

KS = [1, 2, 3, 4, 5]
random.seed(11)


def softmax(values):
    powers = [math.exp(value - max(values)) for value in values]
    return [power / sum(powers) for power in powers]


def custom_ndcg(scores, k):
    rank = 1 + sum(score > scores[0] for score in scores[1:])
    return 1 / math.log2(1 + rank) if rank <= k else 0


def metrics(posts):
    pairs = [(post[i], post[i + 1]) for post in posts for i in range(len(post) - 1)]
    found = {"acc": sum(chosen >= rejected for chosen, rejected in pairs) / len(pairs)}
    neighbours = [pairs[at : at + 4] for at in range(0, len(pairs), 4)]
    grouped = [softmax([chosen for chosen, _ in four] + [four[3][1]]) for four in neighbours]
    paired = [softmax(pair) for pair in pairs]
    for name, all_scores, gains in [("grouped", grouped, [4, 3, 2, 1, 0]), ("paired", paired, [1, 0])]:
        for k in KS:
            sk = [ndcg_score([gains], [scores], k=k) for scores in all_scores]
            own = [custom_ndcg(scores, k) for scores in all_scores]
            found[f"{name}/sk_ndcg/k={k}"] = sum(sk) / len(sk)
            found[f"{name}/custom_ndcg/k={k}"] = sum(own) / len(own)
    return found


cases = []
for posts in (1, 2, 7, 40):
    rewards = [[round(random.gauss(-rank / 4, 1), 4) for rank in range(5)] for _ in range(posts)]
    cases.append({"rewards": rewards, "metrics": metrics(rewards)})
print(json.dumps(cases, indent=1))
