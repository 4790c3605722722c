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
  `
  -- "Both are bad" is a tie with a remark: whoever only knows ties reads it right.
  ALTER TABLE labels ADD COLUMN both_bad INTEGER NOT NULL DEFAULT 0 CHECK (both_bad IN (0, 1));
  ALTER TABLE labels ADD COLUMN import_id INTEGER REFERENCES imports (id);
  ALTER TABLE labels ADD COLUMN note TEXT NOT NULL DEFAULT '';
  CREATE INDEX labels_by_annotator ON labels (annotator, created_at);
  CREATE INDEX labels_by_time ON labels (created_at);
  CREATE INDEX labels_by_import ON labels (import_id) WHERE import_id IS NOT NULL;
  ALTER TABLE comments ADD COLUMN import_id INTEGER REFERENCES imports (id);
  -- Before, only posts knew their import: most comments came with their post.
  UPDATE comments SET import_id = (SELECT import_id FROM posts WHERE posts.id = post_id);
  CREATE INDEX comments_by_import ON comments (import_id) WHERE import_id IS NOT NULL;

  -- Labels that came with a file stand in that file still, so undoing its import may delete them. Nothing else may.
  DROP TRIGGER labels_remain;
  DROP TRIGGER revocations_remain;
  CREATE TRIGGER labels_remain BEFORE DELETE ON labels WHEN old.import_id IS NULL
  BEGIN SELECT RAISE (ABORT, 'labels are never deleted'); END;
  CREATE TRIGGER revocations_remain BEFORE DELETE ON revocations
  WHEN (SELECT import_id FROM labels WHERE id = old.label_id) IS NULL
  BEGIN SELECT RAISE (ABORT, 'revocations are never deleted'); END;

  -- What a person said of a pair that is no label: not now, or something is wrong with it.
  CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    left_id INTEGER NOT NULL,
    right_id INTEGER NOT NULL CHECK (right_id <> left_id),
    kind TEXT NOT NULL CHECK (kind IN ('skip', 'flag')),
    annotator TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    duration_ms INTEGER,
    revoked_at TEXT,
    FOREIGN KEY (post_id, left_id) REFERENCES comments (post_id, id) ON DELETE CASCADE,
    FOREIGN KEY (post_id, right_id) REFERENCES comments (post_id, id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX marks_by_post ON marks (post_id, left_id);
  CREATE INDEX marks_by_right ON marks (post_id, right_id);
  CREATE INDEX marks_by_annotator ON marks (annotator, created_at);

  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  ALTER TABLE imports ADD COLUMN undone_at TEXT;
  ALTER TABLE runs ADD COLUMN name TEXT;
  ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN deleted_at TEXT;
  ALTER TABLE runs ADD COLUMN report TEXT;
  ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));
  ALTER TABLE models ADD COLUMN deleted_at TEXT;
  -- What must outlive the run, and come along with a model from elsewhere.
  ALTER TABLE models ADD COLUMN context TEXT NOT NULL DEFAULT 'post' CHECK (context IN ('post', 'none'));
  ALTER TABLE models ADD COLUMN trained_on TEXT NOT NULL DEFAULT '';
  UPDATE models SET context = 'none'
    WHERE (SELECT json_extract(config, '$.context') FROM runs WHERE runs.id = models.run_id) = 'none';

  -- How a reward model was trained; 'gpt' for language models.
  ALTER TABLE models ADD COLUMN method TEXT NOT NULL DEFAULT 'gpt' CHECK (method IN ('quick', 'deep', 'gpt'));

  -- What the sentence encoder makes of texts, by their hash (that of comments.text_hash): 512 numbers, float32 in little
  -- endian. It can be computed again; a text that is gone may leave its vector.
  CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    text_hash BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL CHECK (length(vector) = 2048)
  ) STRICT;

  CREATE TABLE evaluations (
    model_id INTEGER NOT NULL REFERENCES models (id),
    split TEXT NOT NULL,
    created_at TEXT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (model_id, split)
  ) STRICT, WITHOUT ROWID;

  -- Counted by triggers, so that no view has to count a million comments.
  CREATE TABLE post_counts (
    post_id INTEGER PRIMARY KEY,
    comments INTEGER NOT NULL DEFAULT 0,
    labels INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX post_counts_labelled ON post_counts (post_id) WHERE labels > 0;
  CREATE TABLE pair_count (id INTEGER PRIMARY KEY CHECK (id = 1), pairs INTEGER NOT NULL) STRICT;

  INSERT INTO post_counts (post_id, comments, labels)
    SELECT id, (SELECT count(*) FROM comments WHERE post_id = posts.id),
      (SELECT count(*) FROM labels WHERE labels.post_id = posts.id
        AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
    FROM posts;
  INSERT INTO pair_count (id, pairs) SELECT 1, coalesce(sum(comments * (comments - 1) / 2), 0) FROM post_counts;

  CREATE TRIGGER count_post AFTER INSERT ON posts BEGIN INSERT INTO post_counts (post_id) VALUES (new.id); END;
  CREATE TRIGGER discount_post BEFORE DELETE ON posts BEGIN
    UPDATE pair_count SET pairs = pairs - coalesce(
      (SELECT comments * (comments - 1) / 2 FROM post_counts WHERE post_id = old.id), 0);
    DELETE FROM post_counts WHERE post_id = old.id;
  END;
  CREATE TRIGGER count_comment AFTER INSERT ON comments BEGIN
    UPDATE pair_count SET pairs = pairs + (SELECT comments FROM post_counts WHERE post_id = new.post_id);
    UPDATE post_counts SET comments = comments + 1 WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER discount_comment AFTER DELETE ON comments
  WHEN EXISTS (SELECT 1 FROM post_counts WHERE post_id = old.post_id) BEGIN
    UPDATE pair_count SET pairs = pairs - (SELECT comments - 1 FROM post_counts WHERE post_id = old.post_id);
    UPDATE post_counts SET comments = comments - 1 WHERE post_id = old.post_id;
  END;
  CREATE TRIGGER count_label AFTER INSERT ON labels BEGIN
    UPDATE post_counts SET labels = labels + 1 WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER discount_label AFTER DELETE ON labels
  WHEN NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = old.id) BEGIN
    UPDATE post_counts SET labels = labels - 1 WHERE post_id = old.post_id;
  END;
  CREATE TRIGGER discount_revoked AFTER INSERT ON revocations BEGIN
    UPDATE post_counts SET labels = labels - 1 WHERE post_id = (SELECT post_id FROM labels WHERE id = new.label_id);
  END;
  CREATE TRIGGER count_unrevoked AFTER DELETE ON revocations BEGIN
    UPDATE post_counts SET labels = labels + 1 WHERE post_id = (SELECT post_id FROM labels WHERE id = old.label_id);
  END;

  -- The words of posts, for search as one types: the text itself stays in posts. Beginnings of three letters or more are
  -- few enough to need no index of their own, and nothing is ordered by relevance, so that no lengths are needed.
  CREATE VIRTUAL TABLE posts_search USING fts5 (
    title, text, content = 'posts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2',
    prefix = '1 2 3', columnsize = 0
  );
  INSERT INTO posts_search (rowid, title, text) SELECT id, title, text FROM posts;
  CREATE TRIGGER search_post AFTER INSERT ON posts BEGIN
    INSERT INTO posts_search (rowid, title, text) VALUES (new.id, new.title, new.text);
  END;
  CREATE TRIGGER unsearch_post AFTER DELETE ON posts BEGIN
    INSERT INTO posts_search (posts_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
  END;
  `,
  `
  -- The rewards of the same few pairs of validation at every look a training took at it.
  CREATE TABLE run_samples (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    samples TEXT NOT NULL,
    PRIMARY KEY (run_id, step)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- A context may come later than its post, from a file of its own: undoing that import takes it away again.
  ALTER TABLE posts ADD COLUMN context_import_id INTEGER REFERENCES imports (id);
  CREATE INDEX posts_by_context_import ON posts (context_import_id) WHERE context_import_id IS NOT NULL;
  ALTER TABLE imports ADD COLUMN contexts INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- A model that sees the title of a post alone, and one that sees all of it: two runs that belong together.
  CREATE TABLE context_comparisons (
    id INTEGER PRIMARY KEY,
    created_at TEXT NOT NULL,
    call TEXT NOT NULL,
    without_run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
    with_run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
    report TEXT
  ) STRICT;
  `,
  `
  -- What people write about runs. runs and metrics are lists in JSON; without metrics all are drawn.
  CREATE TABLE report_pages (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    runs TEXT NOT NULL,
    metrics TEXT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    deleted_at TEXT
  ) STRICT;
  `,
  `
  -- Whether the pair was asked again on purpose, of a person whose answer on it counted already.
  ALTER TABLE labels ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1));
  ALTER TABLE marks ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1));
  `,
  `
  -- An import that is being undone, how far that has come, and what it took away so far: after a crash or a cancellation it
  -- goes on from there. The row goes when the import is undone.
  CREATE TABLE undoings (
    import_id INTEGER PRIMARY KEY REFERENCES imports (id),
    -- When it was begun, or gone on with, last.
    begun_at TEXT NOT NULL,
    -- The last of the posts of the import, and of its comments, that were decided on.
    last_post INTEGER NOT NULL DEFAULT 0,
    last_comment INTEGER NOT NULL DEFAULT 0,
    -- Rows that were gone through: for people who wait.
    done INTEGER NOT NULL DEFAULT 0,
    posts INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0,
    labels INTEGER NOT NULL DEFAULT 0,
    contexts INTEGER NOT NULL DEFAULT 0,
    posts_kept INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- Posts by their text, to which a context may be joined: its length and its end tell nearly all of them apart, and take
  -- little room.
  CREATE INDEX posts_by_text ON posts (length(text), substr(text, -40));
  `,
  `
  ALTER TABLE comments ADD COLUMN key TEXT;
  ALTER TABLE comments ADD COLUMN author TEXT;
  ALTER TABLE comments ADD COLUMN created_at TEXT;
  ALTER TABLE comments ADD COLUMN link TEXT;
  -- The list in which rank and votes compare (store/lists.ts); NULL is the post's thread. And the import that said them last; NULL is the one
  -- that brought the comment.
  ALTER TABLE comments ADD COLUMN list INTEGER;
  ALTER TABLE comments ADD COLUMN list_import_id INTEGER REFERENCES imports (id);
  -- 1 where a file has the same text several times in one list: it is one comment, with the larger votes.
  ALTER TABLE comments ADD COLUMN several INTEGER;
  CREATE INDEX comments_by_key ON comments (key, post_id) WHERE key IS NOT NULL;
  CREATE INDEX comments_by_list_import ON comments (list_import_id) WHERE list_import_id IS NOT NULL;

  -- What else was said of comments: in further lists of their posts, and by imports before the one whose figures count. In each list those of
  -- the newest import count. list 0 is the thread, import 0 one that was not noted.
  CREATE TABLE list_entries (
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    list INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    rank INTEGER,
    votes REAL,
    PRIMARY KEY (comment_id, list, import_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX list_entries_by_post ON list_entries (post_id);
  CREATE INDEX list_entries_by_import ON list_entries (import_id, post_id);

  -- Ids of comments that are not among them: of the same text as another one, of a reply that was left out, of a deleted one. Who answers
  -- such a comment answers no post.
  CREATE TABLE other_keys (
    key TEXT NOT NULL,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    comment_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    PRIMARY KEY (key, post_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX other_keys_by_post ON other_keys (post_id);
  CREATE INDEX other_keys_by_comment ON other_keys (comment_id) WHERE comment_id IS NOT NULL;
  CREATE INDEX other_keys_by_import ON other_keys (import_id);

  -- Posts that came without a comment, until comments come that name them.
  CREATE TABLE waiting_posts (
    key TEXT PRIMARY KEY,
    title TEXT,
    text TEXT NOT NULL,
    context TEXT,
    author TEXT,
    created_at TEXT,
    link TEXT,
    accepted TEXT,
    "group" TEXT NOT NULL,
    split TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    line INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX waiting_posts_by_import ON waiting_posts (import_id);

  ALTER TABLE posts ADD COLUMN author TEXT;
  ALTER TABLE posts ADD COLUMN created_at TEXT;
  ALTER TABLE posts ADD COLUMN link TEXT;
  -- The key of the comment that whoever asked took for the answer.
  ALTER TABLE posts ADD COLUMN accepted TEXT;
  -- The import and the line that said title and text of a post whose comments came without them.
  ALTER TABLE posts ADD COLUMN text_import_id INTEGER REFERENCES imports (id);
  ALTER TABLE posts ADD COLUMN text_line INTEGER;
  -- The post whose comment this one is, where that was answered; 0 where that post is gone.
  ALTER TABLE posts ADD COLUMN under_id INTEGER;
  CREATE INDEX posts_by_text_import ON posts (text_import_id) WHERE text_import_id IS NOT NULL;
  CREATE INDEX posts_by_under ON posts (under_id) WHERE under_id IS NOT NULL;
  CREATE TRIGGER research_post AFTER UPDATE OF title, text ON posts BEGIN
    INSERT INTO posts_search (posts_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
    INSERT INTO posts_search (rowid, title, text) VALUES (new.id, new.title, new.text);
  END;

  -- Made where a context is joined by a text (store/contexts.ts): few people ever do, and each post that came paid for it.
  DROP INDEX posts_by_text;

  -- models: the names of what wrote left and right, a list of two in JSON.
  ALTER TABLE labels ADD COLUMN models TEXT;
  ALTER TABLE labels ADD COLUMN margin REAL;
  `,
  `
  -- More ways to train, and the encoder that a model was trained on or reads the vectors of; null for a GPT. What may stand in the column
  -- of ways is checked where it is written.
  ALTER TABLE models ADD COLUMN way TEXT NOT NULL DEFAULT 'gpt';
  UPDATE models SET way = method;
  ALTER TABLE models DROP COLUMN method;
  ALTER TABLE models RENAME COLUMN way TO method;
  ALTER TABLE models ADD COLUMN encoder TEXT;
  UPDATE models SET encoder = 'use' WHERE method IN ('quick', 'deep');

  -- What other encoders make of texts: as in embeddings, which stays the first one's (to move its rows would take a large store minutes, and
  -- leave its file twice as large). The name is that by which the engine knows an encoder.
  CREATE TABLE encoders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    encoder_id INTEGER NOT NULL REFERENCES encoders (id),
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL CHECK (length(vector) > 0 AND length(vector) % 4 = 0),
    -- By the hash alone the vectors of a text are found, whichever the encoder.
    UNIQUE (text_hash, encoder_id)
  ) STRICT;
  `,
  `
  -- Encoders of texts are models as well. What may stand in the column is checked where it is written.
  ALTER TABLE models ADD COLUMN sort TEXT NOT NULL DEFAULT 'reward';
  UPDATE models SET sort = kind;
  ALTER TABLE models DROP COLUMN kind;
  ALTER TABLE models RENAME COLUMN sort TO kind;
  `,
  `
  -- Models that read the comment alone are no longer among those that read it together with its post, and are shown nothing of that.
  -- What may stand in the column is checked where it is written.
  ALTER TABLE models ADD COLUMN shown TEXT NOT NULL DEFAULT 'post';
  UPDATE models SET shown = context;
  ALTER TABLE models DROP COLUMN context;
  ALTER TABLE models RENAME COLUMN shown TO context;
  UPDATE models SET method = 'alone', context = 'nothing' WHERE method = 'together'
    AND (SELECT json_extract(config, '$.readsPost') FROM runs WHERE runs.id = models.run_id) = 0;
  UPDATE runs SET config = json_set(config, '$.context', 'nothing')
    WHERE json_extract(config, '$.method') = 'together' AND json_extract(config, '$.readsPost') = 0;
  `,
  `
  -- What a model's rewards are divided by before they are chances; null where that was not learned yet.
  ALTER TABLE models ADD COLUMN temperature REAL;
  -- How far its rewards can be believed where people answer (Scale, as JSON); null where that was not learned yet.
  ALTER TABLE models ADD COLUMN scale TEXT;
  `,
  `
  -- Answers that whoever gave them looked at again and left as they are.
  CREATE TABLE second_looks (
    label_id INTEGER PRIMARY KEY REFERENCES labels (id) ON DELETE CASCADE,
    -- ISO 8601, UTC.
    looked_at TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- How the pair of an answer came to be asked, and with what chance just then; null where nobody knows: it counts as drawn by chance.
  ALTER TABLE labels ADD COLUMN chosen_by TEXT;
  ALTER TABLE labels ADD COLUMN chance REAL;
  -- Whether the chosen one was said to be much better.
  ALTER TABLE labels ADD COLUMN much INTEGER NOT NULL DEFAULT 0 CHECK (much IN (0, 1));
  -- The key of the question about several comments that the answer follows from; null where the two were asked by themselves.
  ALTER TABLE labels ADD COLUMN question TEXT;
  CREATE INDEX labels_by_question ON labels (question) WHERE question IS NOT NULL;

  -- Questions about several comments at once, as they were shown and answered. Their pairs are labels.
  CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- Numbers of comments, as they stood on the screen (JSON).
    shown TEXT NOT NULL,
    -- Numbers of comments, the best first, those of one place together (JSON); empty where the question was skipped.
    pressed TEXT NOT NULL,
    annotator TEXT NOT NULL,
    created_at TEXT NOT NULL,
    duration_ms INTEGER,
    chosen_by TEXT,
    chance REAL,
    revoked_at TEXT
  ) STRICT;
  CREATE INDEX questions_by_annotator ON questions (annotator, created_at);
  CREATE INDEX questions_by_post ON questions (post_id);
  `,
  `
  -- What one more answer would tell of the order of a post by a model, in bits, and the share of its pairs that the order is expected to put right
  -- (app/ranking/gains.ts). Both are NULL where something has changed that they rest on: they are reckoned anew when they are next read.
  CREATE TABLE gains (
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    bits REAL,
    sure REAL,
    PRIMARY KEY (post_id, model_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX gains_by_model ON gains (model_id, bits, post_id);
  -- What the gains of a model rest on beside rewards and answers, as JSON; NULL before the first.
  ALTER TABLE models ADD COLUMN gains_rest_on TEXT;

  CREATE TRIGGER gain_of_label AFTER INSERT ON labels BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER gain_without_label AFTER DELETE ON labels BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = old.post_id;
  END;
  CREATE TRIGGER gain_of_revoked AFTER INSERT ON revocations BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = (SELECT post_id FROM labels WHERE id = new.label_id);
  END;
  CREATE TRIGGER gain_of_unrevoked AFTER DELETE ON revocations BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = (SELECT post_id FROM labels WHERE id = old.label_id);
  END;
  CREATE TRIGGER gain_of_mark AFTER INSERT ON marks BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER gain_of_changed_mark AFTER UPDATE OF revoked_at ON marks BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER gain_without_mark AFTER DELETE ON marks BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = old.post_id;
  END;
  CREATE TRIGGER gain_of_comment AFTER INSERT ON comments BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = new.post_id;
  END;
  CREATE TRIGGER gain_without_comment AFTER DELETE ON comments BEGIN
    UPDATE gains SET bits = NULL, sure = NULL WHERE post_id = old.post_id;
  END;
  CREATE TRIGGER gain_of_reward AFTER UPDATE OF reward ON rewards BEGIN
    UPDATE gains SET bits = NULL, sure = NULL
    WHERE post_id = (SELECT post_id FROM comments WHERE id = new.comment_id) AND model_id = new.model_id;
  END;
  CREATE TRIGGER gain_without_reward AFTER DELETE ON rewards BEGIN
    UPDATE gains SET bits = NULL, sure = NULL
    WHERE post_id = (SELECT post_id FROM comments WHERE id = old.comment_id) AND model_id = old.model_id;
  END;

  -- How the comments of an import compare with those that a model learned from (DriftReport, as JSON).
  CREATE TABLE drifts (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    report TEXT NOT NULL,
    PRIMARY KEY (model_id, import_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX drifts_by_import ON drifts (import_id);
  `,
  `
  -- A verdict settles a pair on which people differ: it counts in the place of the other answers on it. 0 or 1.
  ALTER TABLE labels ADD COLUMN verdict INTEGER NOT NULL DEFAULT 0;
  -- Few answers are verdicts, so it is asked of every post at no cost.
  CREATE INDEX labels_verdicts ON labels (post_id) WHERE verdict = 1;

  -- Of several times at which an answer was taken back, as files bring them, the first one stands, in whichever order they come.
  DROP TRIGGER revocations_stay;
  CREATE TRIGGER revocations_stay BEFORE UPDATE ON revocations WHEN new.revoked_at >= old.revoked_at OR new.label_id <> old.label_id
  BEGIN SELECT RAISE (ABORT, 'revocations are never changed'); END;
  `,
  `
  -- Rewards that were computed elsewhere came with an import, which can be undone; NULL for those that were given here.
  ALTER TABLE rewards ADD COLUMN import_id INTEGER REFERENCES imports (id);
  CREATE INDEX rewards_by_import ON rewards (import_id) WHERE import_id IS NOT NULL;
  ALTER TABLE imports ADD COLUMN rewards INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE undoings ADD COLUMN rewards INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- How far answers and imports had come when a run began, or when a model came from elsewhere: by number, since clocks are set.
  ALTER TABLE runs ADD COLUMN last_label INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN last_import INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE models ADD COLUMN last_label INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE models ADD COLUMN last_import INTEGER NOT NULL DEFAULT 0;
  UPDATE runs SET
    last_label = coalesce((SELECT id FROM labels WHERE labels.created_at <= runs.started_at AND import_id IS NULL
      ORDER BY labels.created_at DESC LIMIT 1), 0),
    last_import = coalesce((SELECT max(id) FROM imports WHERE imports.started_at <= runs.started_at), 0);
  UPDATE models SET
    last_label = coalesce((SELECT id FROM labels WHERE labels.created_at <= models.created_at AND import_id IS NULL
      ORDER BY labels.created_at DESC LIMIT 1), 0),
    last_import = coalesce((SELECT max(id) FROM imports WHERE imports.started_at <= models.created_at), 0);

  -- Where an answer stands among its person's, where its time does not say so: a clock that went back must not put it behind others.
  ALTER TABLE labels ADD COLUMN ordered_at TEXT;
  ALTER TABLE marks ADD COLUMN ordered_at TEXT;
  ALTER TABLE questions ADD COLUMN ordered_at TEXT;
  DROP INDEX labels_by_annotator;
  DROP INDEX marks_by_annotator;
  DROP INDEX questions_by_annotator;
  CREATE INDEX labels_by_annotator ON labels (annotator, coalesce(ordered_at, created_at));
  CREATE INDEX marks_by_annotator ON marks (annotator, coalesce(ordered_at, created_at));
  CREATE INDEX questions_by_annotator ON questions (annotator, coalesce(ordered_at, created_at));
  `,
  `
  -- Posts are listed by more than what an answer would tell: by how sure their order is, by answers against the model, by when they were written, and by their
  -- comments. Of posts that people answered on, answers against the model are counted when they are next read.
  ALTER TABLE gains ADD COLUMN against INTEGER NOT NULL DEFAULT 0;
  UPDATE gains SET bits = NULL, sure = NULL WHERE post_id IN (SELECT post_id FROM post_counts WHERE labels > 0);
  CREATE INDEX gains_by_sure ON gains (model_id, sure, post_id) WHERE bits IS NOT NULL;
  CREATE INDEX gains_by_against ON gains (model_id, against, post_id) WHERE bits IS NOT NULL;
  CREATE INDEX posts_by_newest ON posts (coalesce(created_at, ''), id);
  CREATE INDEX post_counts_by_comments ON post_counts (comments, post_id);
  `,
  `
  -- Days on which the app was open since something was deleted: a clock that is set takes nothing out of the trash (app/deleted/days.ts).
  ALTER TABLE models ADD COLUMN trash_days INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN trash_days INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE report_pages ADD COLUMN trash_days INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What was erased for good on request, each time: how much it was. wiped: whether what it left in the file was overwritten since.
  CREATE TABLE erasures (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    erased_at TEXT NOT NULL,
    posts INTEGER NOT NULL DEFAULT 0,
    texts INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0,
    allowed_at TEXT,
    wiped INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- By what an import knows it again (store/erased.ts): keyed hashes. Of a text that was corrected the comment that it is now.
  CREATE TABLE erased (
    mark BLOB NOT NULL PRIMARY KEY,
    erasure_id INTEGER NOT NULL REFERENCES erasures (id) ON DELETE CASCADE,
    comment_id INTEGER REFERENCES comments (id) ON DELETE SET NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX erased_by_erasure ON erased (erasure_id);
  CREATE INDEX erased_by_comment ON erased (comment_id) WHERE comment_id IS NOT NULL;
  -- How much of it a model had learned from.
  CREATE TABLE erased_from_models (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    erasure_id INTEGER NOT NULL REFERENCES erasures (id) ON DELETE CASCADE,
    posts INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (model_id, erasure_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX erased_from_models_by_erasure ON erased_from_models (erasure_id);

  -- A row stands here only within a transaction that erases on request: answers go for nothing else.
  CREATE TABLE erasing (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;
  DROP TRIGGER labels_remain;
  CREATE TRIGGER labels_remain BEFORE DELETE ON labels WHEN old.import_id IS NULL AND NOT EXISTS (SELECT 1 FROM erasing)
  BEGIN SELECT RAISE (ABORT, 'labels are never deleted'); END;
  DROP TRIGGER revocations_remain;
  CREATE TRIGGER revocations_remain BEFORE DELETE ON revocations
  WHEN (SELECT import_id FROM labels WHERE id = old.label_id) IS NULL AND NOT EXISTS (SELECT 1 FROM erasing)
  BEGIN SELECT RAISE (ABORT, 'revocations are never deleted'); END;
  `,
  `
  -- Comments across posts by a model's rewards, the best or the worst first.
  CREATE INDEX rewards_by_model ON rewards (model_id, reward, comment_id);

  -- The words of comments, for search; the text itself stays in comments. They are read many at once, some time after the comments came: one by one they would
  -- make an import take nearly twice as long (docs/ranking.md). Who waits for that stands in unread_comments.
  CREATE VIRTUAL TABLE comments_search USING fts5 (
    text, content = 'comments', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
  );
  CREATE TABLE unread_comments (id INTEGER PRIMARY KEY) STRICT;
  INSERT INTO unread_comments (id) SELECT id FROM comments;
  CREATE TRIGGER unread_comment AFTER INSERT ON comments BEGIN INSERT INTO unread_comments (id) VALUES (new.id); END;
  CREATE TRIGGER unsearch_comment AFTER DELETE ON comments BEGIN
    INSERT INTO comments_search (comments_search, rowid, text)
      SELECT 'delete', old.id, old.text WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = old.id);
    DELETE FROM unread_comments WHERE id = old.id;
  END;
  CREATE TRIGGER research_comment AFTER UPDATE OF text ON comments BEGIN
    INSERT INTO comments_search (comments_search, rowid, text)
      SELECT 'delete', old.id, old.text WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = old.id);
    INSERT INTO unread_comments (id) SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = new.id);
  END;

  -- Comments that a person pinned to the top of their post's ranking, or excluded from it. No model learns from that.
  CREATE TABLE curations (
    comment_id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('pinned', 'excluded')),
    annotator TEXT NOT NULL,
    created_at TEXT NOT NULL,
    FOREIGN KEY (post_id, comment_id) REFERENCES comments (post_id, id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX curations_by_post ON curations (post_id, comment_id);
  `,
  `
  -- Of a text of megabytes the words of its first 100,000 characters are found: reading all of them holds the app for as long as that takes.
  DROP TRIGGER search_post;
  DROP TRIGGER unsearch_post;
  DROP TRIGGER research_post;
  DROP TRIGGER unsearch_comment;
  DROP TRIGGER research_comment;
  INSERT INTO posts_search (posts_search, rowid, title, text)
    SELECT 'delete', id, title, text FROM posts WHERE octet_length(text) > 100000 OR octet_length(title) > 100000;
  INSERT INTO posts_search (rowid, title, text)
    SELECT id, substr(title, 1, 100000), substr(text, 1, 100000) FROM posts
    WHERE octet_length(text) > 100000 OR octet_length(title) > 100000;
  INSERT INTO comments_search (comments_search, rowid, text)
    SELECT 'delete', id, text FROM comments
    WHERE octet_length(text) > 100000 AND NOT EXISTS (SELECT 1 FROM unread_comments WHERE unread_comments.id = comments.id);
  INSERT INTO comments_search (rowid, text)
    SELECT id, substr(text, 1, 100000) FROM comments
    WHERE octet_length(text) > 100000 AND NOT EXISTS (SELECT 1 FROM unread_comments WHERE unread_comments.id = comments.id);
  CREATE TRIGGER search_post AFTER INSERT ON posts BEGIN
    INSERT INTO posts_search (rowid, title, text)
      VALUES (new.id, substr(new.title, 1, 100000), substr(new.text, 1, 100000));
  END;
  CREATE TRIGGER unsearch_post AFTER DELETE ON posts BEGIN
    INSERT INTO posts_search (posts_search, rowid, title, text)
      VALUES ('delete', old.id, substr(old.title, 1, 100000), substr(old.text, 1, 100000));
  END;
  CREATE TRIGGER research_post AFTER UPDATE OF title, text ON posts BEGIN
    INSERT INTO posts_search (posts_search, rowid, title, text)
      VALUES ('delete', old.id, substr(old.title, 1, 100000), substr(old.text, 1, 100000));
    INSERT INTO posts_search (rowid, title, text)
      VALUES (new.id, substr(new.title, 1, 100000), substr(new.text, 1, 100000));
  END;
  CREATE TRIGGER unsearch_comment AFTER DELETE ON comments BEGIN
    INSERT INTO comments_search (comments_search, rowid, text)
      SELECT 'delete', old.id, substr(old.text, 1, 100000)
      WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = old.id);
    DELETE FROM unread_comments WHERE id = old.id;
  END;
  CREATE TRIGGER research_comment AFTER UPDATE OF text ON comments BEGIN
    INSERT INTO comments_search (comments_search, rowid, text)
      SELECT 'delete', old.id, substr(old.text, 1, 100000)
      WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = old.id);
    INSERT INTO unread_comments (id) SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM unread_comments WHERE id = new.id);
  END;
  `,
];
