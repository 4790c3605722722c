/** What a person is called on the page. */
export type ShownName = { readonly name: string; readonly you: boolean };

/**
 * The person at the screen is always “You”. Others are numbered in the order in which they are listed, so that who says what does not sway anybody,
 * or stand with their names where these are asked for.
 */
export function shownNames(annotators: readonly string[], own: string, named: boolean): readonly ShownName[] {
  let others = 0;
  return annotators.map((annotator) => {
    if (annotator === own) return { name: 'You', you: true };
    others++;
    return { name: named ? annotator : `Person ${others}`, you: false };
  });
}
