import type { ModelMethod, ShownOfPost } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Model, ModelKind } from '../contract/records.ts';
import type { Scale } from '../contract/scale.ts';
import { inTransaction, now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { jsonField, keptJson, keptSchemas } from './kept-json.ts';
import { soFarNow } from './so-far.ts';

const columns = 'id, name, kind, folder, base, run_id AS runId, created_at AS createdAt, metrics';

type ModelRow = Omit<Model, 'metrics'> & { readonly metrics: string };

/** A model with what only its owner needs to know. */
export type KeptModel = Model & {
  readonly deletedAt: string | null;
  /** What it was shown of posts while it was trained. */
  readonly context: ShownOfPost;
  /** In words: '240 posts, 1,210 pairs'; '' where it was never noted. */
  readonly trainedOn: string;
  readonly method: ModelMethod;
  /** Name of the encoder that it was trained on, or whose vectors it reads; null for a GPT. */
  readonly encoder: string | null;
  /** Its rewards divided by this give the chances that hold: learned on the validation split. null where it was not learned yet. */
  readonly temperature: number | null;
  /** How far they can be believed where people answer; null where it was not learned yet. */
  readonly scale: Scale | null;
};
type KeptRow = Omit<KeptModel, 'metrics' | 'scale'> & { readonly metrics: string; readonly scale: string | null };
const keptColumns = `${columns}, deleted_at AS deletedAt, context, trained_on AS trainedOn, method, encoder, temperature, scale`;

export type NewModel = Omit<Model, 'id' | 'createdAt'> & {
  readonly context?: ShownOfPost;
  readonly trainedOn?: string;
  readonly method?: ModelMethod;
  readonly encoder?: string | null;
};

/** Adds a model whose folder is complete. */
export function addModel(store: WritingStore, model: NewModel): Model {
  const { name, kind, folder, base, runId, metrics, context = 'post', trainedOn = '' } = model;
  const { method = 'gpt', encoder = null } = model;
  const made = statement(
    store,
    `INSERT INTO models (name, kind, folder, base, run_id, created_at, metrics, context, trained_on, method, encoder,
       last_label, last_import)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${soFarNow})`,
  ).run(name, kind, folder, base, runId, now(), JSON.stringify(metrics), context, trainedOn, method, encoder);
  return findModel(store, Number(made.lastInsertRowid));
}

/** The model with this name or number (the name first); says so where there is none, or where it is deleted. */
export function findModel(store: ReadingStore, nameOrId: string | number): Model {
  const id = Number(nameOrId);
  const by = (column: string, value: unknown): ModelRow | undefined =>
    row<ModelRow>(store, `SELECT ${columns} FROM models WHERE ${column} = ? AND deleted_at IS NULL`, value);
  const found = by('name', String(nameOrId)) ?? (Number.isSafeInteger(id) ? by('id', id) : undefined);
  if (!found) throw new TiebreakError('not-found', `There is no model ${nameOrId}.`);
  return parsed(found);
}

/**
 * Models that a training for the best made on its way: what it came to stands for them. The quick one stands for itself as long as
 * there is nothing else.
 */
const onTheWay = `EXISTS (
  SELECT 1 FROM runs AS part JOIN runs AS best ON best.id = ${jsonField('part.config', 'best')}
  WHERE part.id = models.run_id AND best.model_id IS NOT models.id AND (
    models.method <> 'quick' OR EXISTS (SELECT 1 FROM models AS whole WHERE whole.id = best.model_id AND whole.deleted_at IS NULL)
  ))`;

/** The newest model of a kind, or null. What a training for the best made on its way is not looked at. */
export function newestModel(store: ReadingStore, kind: ModelKind): Model | null {
  const sql = `SELECT ${columns} FROM models WHERE kind = ? AND deleted_at IS NULL AND NOT ${onTheWay} ORDER BY id DESC LIMIT 1`;
  const found = row<ModelRow>(store, sql, kind);
  return found ? parsed(found) : null;
}

/** The newest reward model that ranks where nothing else was found: one of a comparison only where there is no other. */
export function newestToRank(store: ReadingStore): Model | null {
  const ofComparison = `EXISTS (SELECT 1 FROM runs WHERE runs.id = models.run_id AND ${jsonField('runs.config', 'comparison')} IS NOT NULL)`;
  const sql = `SELECT ${columns} FROM models WHERE kind = 'reward' AND deleted_at IS NULL AND NOT ${onTheWay}
    ORDER BY ${ofComparison}, id DESC LIMIT 1`;
  const found = row<ModelRow>(store, sql);
  return found ? parsed(found) : null;
}

/** The newest reward model of a method, or null. */
export function newestOfMethod(store: ReadingStore, method: ModelMethod): Model | null {
  const sql = `SELECT ${columns} FROM models WHERE kind = 'reward' AND method = ? AND deleted_at IS NULL
    ORDER BY id DESC LIMIT 1`;
  const found = row<ModelRow>(store, sql, method);
  return found ? parsed(found) : null;
}

/** The newest reward model that is older than this one, or null. What a training for the best made on its way is not looked at. */
export function modelBefore(store: ReadingStore, id: number): Model | null {
  const sql = `SELECT ${columns} FROM models WHERE kind = 'reward' AND deleted_at IS NULL AND id < ? AND NOT ${onTheWay}
    ORDER BY id DESC LIMIT 1`;
  const found = row<ModelRow>(store, sql, id);
  return found ? parsed(found) : null;
}

/** All models that are not deleted, the newest first. */
export function listModels(store: ReadingStore): readonly Model[] {
  return rows<ModelRow>(store, `SELECT ${columns} FROM models WHERE deleted_at IS NULL ORDER BY id DESC`).map(parsed);
}

/** All models, deleted ones included, the newest first. */
export function listKeptModels(store: ReadingStore): readonly KeptModel[] {
  return rows<KeptRow>(store, `SELECT ${keptColumns} FROM models ORDER BY id DESC`).map(parsedKept);
}

/** The model with this name or number, deleted or not; says so where there is none. */
export function findKeptModel(store: ReadingStore, nameOrId: string | number): KeptModel {
  const column = typeof nameOrId === 'number' ? 'id' : 'name';
  const found = row<KeptRow>(store, `SELECT ${keptColumns} FROM models WHERE ${column} = ?`, nameOrId);
  if (!found) throw new TiebreakError('not-found', `There is no model ${nameOrId}.`);
  return parsedKept(found);
}

/** Keeps what a model's rewards are divided by before they are chances, and how far these can be believed. */
export function setCalibration(store: WritingStore, id: number, temperature: number, scale: Scale): void {
  statement(store, 'UPDATE models SET temperature = ?, scale = ? WHERE id = ?').run(
    temperature,
    JSON.stringify(scale),
    id,
  );
}

/** Gives a model another name, wherever the old one stands. */
export function renameModel(store: WritingStore, id: number, name: string): void {
  inTransaction(store, () => {
    const old = findKeptModel(store, id).name;
    statement(store, 'UPDATE models SET name = ? WHERE id = ?').run(name, id);
    for (const table of ['models', 'runs']) {
      statement(store, `UPDATE ${table} SET base = ? WHERE base = ?`).run(name, old);
    }
    statement(store, 'UPDATE models SET encoder = ? WHERE encoder = ?').run(name, old);
    // Runs that wait to go on begin with it by its name.
    const encoder =
      "UPDATE runs SET config = json_set(config, '$.encoder', ?) WHERE json_valid(config) AND config ->> 'encoder' = ?";
    statement(store, encoder).run(name, old);
  });
}

/** Removes up to `limit` of a model's rewards, and says how many those were. */
export function removeSomeRewards(store: WritingStore, id: number, limit: number): number {
  return statement(
    store,
    `DELETE FROM rewards WHERE model_id = ?
     AND comment_id IN (SELECT comment_id FROM rewards WHERE model_id = ? LIMIT ?)`,
  ).run(id, id, limit).changes;
}

/** Removes a model for good, with its evaluations and what is left of its rewards. */
export function removeModel(store: WritingStore, id: number): void {
  inTransaction(store, () => {
    statement(store, 'UPDATE runs SET model_id = NULL WHERE model_id = ?').run(id);
    for (const table of ['evaluations', 'rewards']) {
      statement(store, `DELETE FROM ${table} WHERE model_id = ?`).run(id);
    }
    statement(store, 'DELETE FROM models WHERE id = ?').run(id);
  });
}

/** The name the next model gets, from the word before its number: reward-1, quick-2. */
export function nextModelName(store: ReadingStore, prefix: string): string {
  const numbers = rows<{ name: string }>(store, 'SELECT name FROM models')
    .map(({ name }) => (name.startsWith(`${prefix}-`) ? Number(name.slice(prefix.length + 1)) : 0))
    .filter(Number.isSafeInteger);
  return `${prefix}-${numbers.reduce((highest, number) => Math.max(highest, number), 0) + 1}`;
}

function parsed(model: ModelRow): Model {
  return { ...model, metrics: metricsIn(model.metrics) };
}

function parsedKept({ metrics, scale, ...model }: KeptRow): KeptModel {
  return {
    ...model,
    metrics: metricsIn(metrics),
    scale: keptJson(keptSchemas.scale, scale, null) as Scale | null,
  };
}

const metricsIn = (text: string): Model['metrics'] => keptJson(keptSchemas.metrics, text, {}) as Model['metrics'];
