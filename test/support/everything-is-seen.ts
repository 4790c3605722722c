/**
 * Without a layout nothing has a place or a size: what is drawn once one scrolls to it is drawn at once, and plots are as wide
 * as those of a page.
 */
export class EverythingIsSeen {
  readonly #tell: (entries: readonly object[]) => void;
  constructor(tell: (entries: readonly object[]) => void) {
    this.#tell = tell;
  }
  observe(target: Element): void {
    const size = [{ inlineSize: 800, blockSize: 400 }];
    const sizes = { contentRect: { width: 800, height: 400 }, contentBoxSize: size, borderBoxSize: size };
    queueMicrotask(() => this.#tell([{ target, isIntersecting: true, time: 0, ...sizes }]));
  }
  unobserve(): void {}
  disconnect(): void {}
}
