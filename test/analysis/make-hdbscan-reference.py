"""Writes hdbscan-reference.json: points and their clusters by scikit-learn. Run once: python3 make-hdbscan-reference.py"""

import json
import pathlib

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.datasets import make_blobs, make_moons

rng = np.random.default_rng(3)
blobs, _ = make_blobs(n_samples=[60, 90, 40], centers=[[0, 0], [4, 3], [9, -2]], cluster_std=[0.5, 1.0, 0.3], random_state=1)
moons, _ = make_moons(n_samples=160, noise=0.06, random_state=2)
noise = rng.uniform(-5, 12, size=(60, 2))
sets = {"blobs": np.vstack([blobs, noise]), "moons": moons, "noise": rng.normal(size=(120, 2))}
cases = []
for name, points in sets.items():
    for smallest, neighbours, largest in ((5, 5, None), (15, 5, None), (15, 15, None), (5, 5, 70)):
        points = points.round(4)
        labels = HDBSCAN(min_cluster_size=smallest, min_samples=neighbours, max_cluster_size=largest, copy=True).fit_predict(points)
        cases.append(
            {
                "name": name,
                "smallest": smallest,
                "neighbours": neighbours,
                **({"largest": largest} if largest else {}),
                "points": points.tolist(),
                "labels": labels.tolist(),
            }
        )
path = pathlib.Path(__file__).with_name("hdbscan-reference.json")
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
