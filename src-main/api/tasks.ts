import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const tasksApi = ({ tasks }: House) =>
  os.tasks.router({
    watch: os.tasks.watch.handler(({ signal }) => tasks.watch(signal)),
    cancel: os.tasks.cancel.handler(({ input }) => tasks.cancel(input.task)),
    dismiss: os.tasks.dismiss.handler(({ input }) => tasks.dismiss(input.task)),
  });
