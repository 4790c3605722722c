/** Whether a click on a text means the text: whoever selects words, scrolls or follows something in it chooses nothing. */

/** A moment of a press: where, when, and how the page stood. */
export type PressPoint = {
  readonly x: number;
  readonly y: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly at: number;
  /** Whether some text of the page is selected. */
  readonly selected: boolean;
  /** How far the text was scrolled, in pixels. */
  readonly scrolled: number;
};

/** In a double click, which selects a word, the second press comes within so many milliseconds. */
export const doubleClickMs = 400;
/** A finger that rests longer selects; a hand that moves further drags. */
const longestMs = 500;
const furthest = 5;
/** After scrolling, a press may only have stopped it. */
const settlingMs = 250;

/**
 * Whether a press that began and ended so means what is below it.
 * @param shownAt when this text came, and when it was scrolled last: what is pressed at that moment was meant for something else
 */
export function isChoice(
  down: PressPoint | null,
  up: PressPoint,
  { shownAt, scrolledAt }: { readonly shownAt: number; readonly scrolledAt: number },
): boolean {
  if (down === null || down.selected || up.selected) return false;
  if (Math.hypot(up.x - down.x, up.y - down.y) > furthest || up.at - down.at > longestMs) return false;
  if (up.scrolled !== down.scrolled || up.at - scrolledAt < settlingMs) return false;
  return down.at - shownAt >= doubleClickMs;
}
