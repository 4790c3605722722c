import { client } from '../api.ts';
import { say, succeeds } from './toasts.ts';

/** Lets a model rank from now on, and says so. @returns whether it does */
export async function rankWith(model: string): Promise<boolean> {
  const done = await succeeds(() => client.models.use({ model }));
  if (done) say(`${model} ranks from now on.`);
  return done;
}
