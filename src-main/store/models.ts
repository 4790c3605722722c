import { TiebreakError } from '../contract/errors.ts';
import type { Model, TrainingKind } from '../contract/records.ts';
import { now, row, rows, type Store, statement } from './connection.ts';

const columns = 'id, name, kind, folder, base, run_id AS runId, created_at AS createdAt, metrics';

type ModelRow = Omit<Model, 'metrics'> & { readonly metrics: string };

/** Adds a model whose folder is complete. */
export function addModel(store: Store, model: Omit<Model, 'id' | 'createdAt'>): Model {
  const made = statement(
    store,
    'INSERT INTO models (name, kind, folder, base, run_id, created_at, metrics) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(model.name, model.kind, model.folder, model.base, model.runId, now(), JSON.stringify(model.metrics));
  return findModel(store, Number(made.lastInsertRowid));
}

/** The model with this name or number (the name first); says so where there is none. */
export function findModel(store: Store, nameOrId: string | number): Model {
  const id = Number(nameOrId);
  const found =
    row<ModelRow>(store, `SELECT ${columns} FROM models WHERE name = ?`, String(nameOrId)) ??
    (Number.isSafeInteger(id) ? row<ModelRow>(store, `SELECT ${columns} FROM models WHERE id = ?`, id) : undefined);
  if (!found) throw new TiebreakError('not-found', `There is no model ${nameOrId}.`);
  return parsed(found);
}

/** The newest model of a kind, or null. */
export function newestModel(store: Store, kind: TrainingKind): Model | null {
  const found = row<ModelRow>(store, `SELECT ${columns} FROM models WHERE kind = ? ORDER BY id DESC LIMIT 1`, kind);
  return found ? parsed(found) : null;
}

/** All models, the newest first. */
export function listModels(store: Store): readonly Model[] {
  return rows<ModelRow>(store, `SELECT ${columns} FROM models ORDER BY id DESC`).map(parsed);
}

/** The name the next model of a kind gets: reward-1, sft-2. */
export function nextModelName(store: Store, kind: TrainingKind): string {
  const numbers = rows<{ name: string }>(store, 'SELECT name FROM models')
    .map(({ name }) => (name.startsWith(`${kind}-`) ? Number(name.slice(kind.length + 1)) : 0))
    .filter(Number.isSafeInteger);
  return `${kind}-${numbers.reduce((highest, number) => Math.max(highest, number), 0) + 1}`;
}

function parsed(model: ModelRow): Model {
  return { ...model, metrics: JSON.parse(model.metrics) as Record<string, number> };
}
