import type { BrowserContext } from 'playwright-core';

/** What went wrong in a browser, in words, one each. */
export type Trouble = {
  /** Takes what matches for what the test is about. */
  readonly expect: (pattern: RegExp) => void;
  /** All there was. */
  readonly all: () => readonly string[];
  /** All that nobody expected. */
  readonly unexpected: () => readonly string[];
};

/**
 * Listens, in all tabs, for what a run must not have: errors and warnings on the console (the browser reports what the
 * content security policy forbids there too), errors of the pages, dialogs, requests that fail, are refused, or go anywhere
 * but to this machine.
 */
export function watchForTrouble(context: BrowserContext): Trouble {
  const found: string[] = [];
  const expected: RegExp[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => found.push(`thrown: ${error.error().message}`));
  context.on('dialog', (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const here = hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:';
    if (!here) found.push(`asked elsewhere: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    // So end downloads, and questions of a page that was left.
    if (!request.failure()?.errorText.includes('ERR_ABORTED')) found.push(`failed: ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) found.push(`refused: ${response.status()} ${response.url()}`);
  });
  return {
    expect: (pattern) => expected.push(pattern),
    all: () => [...found],
    unexpected: () => found.filter((text) => !expected.some((pattern) => pattern.test(text))),
  };
}
