import type { Reporter, TestModule } from 'vitest/node';

/** Prints one plain closing line with the counts, and says of every skipped test why. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        count[result.state] += 1;
        tests += 1;
        if (result.state === 'skipped') console.log(`skipped: ${test.fullName} (${result.note ?? 'no reason given'})`);
      }
      // A file that fails before its first test is defined still failed.
      if (tests === 0 && module.state() === 'failed') count.failed += 1;
    }
    const failed = count.failed + count.pending;
    console.log(`\n${count.passed} passed, ${failed} failed${count.skipped ? `, ${count.skipped} skipped` : ''}`);
  }
}
