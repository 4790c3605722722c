/** Days for which what was deleted can be restored; then it goes for good. */
export const daysRestorable = 30;
