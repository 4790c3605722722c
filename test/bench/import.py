"""The yardstick of the imports: what a careful person would write with Python's own library, into the same tables. No test of anything."""

import csv
import hashlib
import json
import resource
import sqlite3
import sys

kind, file, store = sys.argv[1:]
PER_COMMIT = 1000


def posts_of_cupit(lines):
    for line in lines:
        post = json.loads(line)
        key = hashlib.sha256(post["text"].encode()).hexdigest()
        yield key, post["text"], [(comment["text"], comment["score"], None) for comment in post["comments"]]


def posts_of_csv(lines):
    key, text, comments = None, "", []
    for row in csv.DictReader(lines):
        if row["post_id"] != key:
            if key is not None:
                yield key, text, comments
            key, text, comments = row["post_id"], row["post"], []
        comments.append((row["comment"], None, float(row["votes"])))
    if key is not None:
        yield key, text, comments


def posts_of_reddit(lines):
    for line in lines:
        comment = json.loads(line)
        if comment["parent_id"] == comment["link_id"]:
            yield comment["link_id"], "", [(comment["body"], None, comment["score"])]


db = sqlite3.connect(store, isolation_level=None)
for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "cache_size = -65536"):
    db.execute(f"PRAGMA {pragma}")
with open(file, encoding="utf-8", newline="") as lines:
    posts = {"cupit": posts_of_cupit, "csv": posts_of_csv, "reddit": posts_of_reddit}[kind](lines)
    db.execute("BEGIN IMMEDIATE")
    importing = db.execute("INSERT INTO imports (file, format, started_at) VALUES (?, ?, '2026-01-01T00:00:00.000Z')", (file, kind)).lastrowid
    for at, (key, text, comments) in enumerate(posts):
        known = db.execute("SELECT id FROM posts WHERE key = ?", (key,)).fetchone()
        if known is None:
            place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
            split = "train" if place < 0.85 else "validation" if place < 0.9 else "test"
            db.execute("INSERT OR IGNORE INTO groups (name, split) VALUES (?, ?)", (key, split))
            values = (key, text, key, split, importing, at + 1)
            known = (db.execute('INSERT INTO posts (key, text, "group", split, import_id, line) VALUES (?, ?, ?, ?, ?, ?)', values).lastrowid,)
        db.executemany(
            "INSERT OR IGNORE INTO comments (post_id, text, text_hash, rank, votes, import_id) VALUES (?, ?, ?, ?, ?, ?)",
            [(known[0], text, hashlib.sha256(text.encode()).digest()[:16], rank, votes, importing) for text, rank, votes in comments],
        )
        if at % PER_COMMIT == PER_COMMIT - 1:
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")
    db.execute("COMMIT")
comments = db.execute("SELECT count(*) FROM comments").fetchone()[0]
db.close()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"comments": comments, "cpuSeconds": used.ru_utime + used.ru_stime, "peakMB": used.ru_maxrss // 1024}))
