import type { Reporter, TestModule } from 'vitest/node';

/** Says why tests were skipped and how many for each reason, then prints one plain closing line with the counts, the last of all. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        count[result.state] += 1;
        tests += 1;
        if (result.state !== 'skipped') continue;
        const reason = result.note ?? `no reason given: ${module.relativeModuleId}, ${test.fullName}`;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      // A file that fails before its first test is defined still failed.
      if (tests === 0 && module.state() === 'failed') count.failed += 1;
    }
    const failed = count.failed + count.pending;
    console.log('');
    for (const [reason, skipped] of reasons) console.log(`${skipped} skipped: ${reason}`);
    console.log(`${count.passed} passed, ${failed} failed${count.skipped ? `, ${count.skipped} skipped` : ''}`);
  }
}
