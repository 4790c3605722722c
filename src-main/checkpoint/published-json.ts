/** How the small files of a published model are read: nothing in them is believed. */

import { TiebreakError } from '../contract/errors.ts';

export type ConfigJson = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is ConfigJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const given = (value: unknown): boolean => value !== undefined && value !== null;

/** A value of a file as it may be shown. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Throws TiebreakError damaged where it is none from 1 to `most`. */
export function wholeNumber(json: ConfigJson, name: string, most: number, where: string): number {
  const value = json[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= most) return value;
  throw damaged(`There is no usable ${name} in ${where}`);
}

/** A sentence without its full stop becomes the error for what is whole and can't be used. */
export const refused = (why: string): TiebreakError => new TiebreakError('bad-input', `${why}.`);
export const damaged = (why: string): TiebreakError => new TiebreakError('damaged', `${why}.`);
