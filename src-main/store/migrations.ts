/**
 * The tables, as numbered steps. A step that was ever released is never changed: what it lacks, the next one adds.
 * Step n takes a database from user_version n - 1 to n.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    format TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    posts INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0,
    labels INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- One split per group: posts refer to both columns, so a group can't be divided.
  CREATE TABLE groups (
    name TEXT PRIMARY KEY,
    split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
    UNIQUE (name, split)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    title TEXT,
    text TEXT NOT NULL,
    context TEXT,
    "group" TEXT NOT NULL,
    split TEXT NOT NULL,
    import_id INTEGER REFERENCES imports (id),
    line INTEGER,
    FOREIGN KEY ("group", split) REFERENCES groups (name, split)
  ) STRICT;
  CREATE INDEX posts_by_split ON posts (split, id);
  CREATE INDEX posts_by_group ON posts ("group", split);
  CREATE INDEX posts_by_import ON posts (import_id);

  CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    rank INTEGER,
    votes REAL,
    UNIQUE (post_id, text_hash),
    UNIQUE (post_id, id)
  ) STRICT;

  CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    post_id INTEGER NOT NULL,
    left_id INTEGER NOT NULL,
    right_id INTEGER NOT NULL CHECK (right_id <> left_id),
    outcome TEXT NOT NULL CHECK (outcome IN ('left', 'right', 'tie')),
    annotator TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('import', 'compare', 'terminal')),
    created_at TEXT NOT NULL,
    duration_ms INTEGER,
    FOREIGN KEY (post_id, left_id) REFERENCES comments (post_id, id),
    FOREIGN KEY (post_id, right_id) REFERENCES comments (post_id, id)
  ) STRICT;
  CREATE INDEX labels_by_post ON labels (post_id, left_id);
  CREATE INDEX labels_by_right ON labels (post_id, right_id);

  CREATE TABLE revocations (
    label_id INTEGER PRIMARY KEY REFERENCES labels (id),
    revoked_at TEXT NOT NULL
  ) STRICT;

  CREATE TRIGGER labels_stay BEFORE UPDATE ON labels BEGIN SELECT RAISE (ABORT, 'labels are never changed'); END;
  CREATE TRIGGER labels_remain BEFORE DELETE ON labels BEGIN SELECT RAISE (ABORT, 'labels are never deleted'); END;
  CREATE TRIGGER revocations_stay BEFORE UPDATE ON revocations
  BEGIN SELECT RAISE (ABORT, 'revocations are never changed'); END;
  CREATE TRIGGER revocations_remain BEFORE DELETE ON revocations
  BEGIN SELECT RAISE (ABORT, 'revocations are never deleted'); END;

  CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('sft', 'reward')),
    folder TEXT NOT NULL,
    base TEXT,
    run_id INTEGER REFERENCES runs (id),
    created_at TEXT NOT NULL,
    metrics TEXT NOT NULL
  ) STRICT;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sft', 'reward')),
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'cancelled', 'failed', 'interrupted')),
    config TEXT NOT NULL,
    base TEXT,
    model_id INTEGER REFERENCES models (id),
    started_at TEXT NOT NULL,
    ended_at TEXT,
    step INTEGER NOT NULL DEFAULT 0,
    steps INTEGER,
    error TEXT,
    pid INTEGER
  ) STRICT;

  CREATE TABLE run_points (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    point TEXT NOT NULL,
    PRIMARY KEY (run_id, step)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rewards (
    model_id INTEGER NOT NULL REFERENCES models (id),
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    reward REAL NOT NULL,
    PRIMARY KEY (model_id, comment_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rewards_by_comment ON rewards (comment_id);
  `,
];
