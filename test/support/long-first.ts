import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What starts browsers and programs takes longest, and what trains comes next. */
const longest = [
  ...['test/e2e/', 'test/doors/', 'test/app/', 'test/hub/'],
  ...['test/renderer/mounted/', 'test/engine/', 'test/transfer/'],
];

/**
 * Begins with the files that take long, so that no worker is left with one at the end; else in vitest's own order. Those that need a process of
 * their own come before all: files that share one stay together.
 */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      if (project.name === 'apart') return -1;
      const path = relative(this.ctx.config.root, moduleId).replaceAll('\\', '/');
      const found = longest.findIndex((folder) => path.startsWith(folder));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
