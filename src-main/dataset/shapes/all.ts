import type { ShapeName } from '../../contract/reading.ts';
import { context } from './context.ts';
import { hhRlhf } from './hh-rlhf.ts';
import { labels } from './labels.ts';
import { pairs } from './pairs.ts';
import { posts } from './posts.ts';
import type { Shape } from './shape.ts';

/** All shapes that are read. Where two are as sure of a file, the first is taken. */
export const shapes: readonly Shape[] = [labels, hhRlhf, pairs, posts, context];

/** The shape of this name. */
export function shapeOf(name: ShapeName): Shape {
  return shapes.find((shape) => shape.name === name)!;
}
