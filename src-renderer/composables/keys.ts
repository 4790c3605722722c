import { onScopeDispose } from 'vue';
import { type CompareAction, compareActions, type Settings } from '../../src-main/contract/settings.ts';

type Press = Pick<KeyboardEvent, 'key' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'isComposing'>;

/** The key of a press, as settings name it; null where it is held, part of a combination or of a word being composed. */
export function pressedKey({ key, repeat, ctrlKey, altKey, metaKey, shiftKey, isComposing }: Press): string | null {
  if (repeat || ctrlKey || altKey || metaKey || isComposing) return null;
  const lower = key.toLowerCase();
  const letter = key.length === 1 && lower !== key.toUpperCase();
  // Signs such as ? need shift on many keyboards; a letter with shift is another thing than the letter.
  if (shiftKey && (letter || key.length > 1)) return null;
  return letter ? lower : key;
}

/** The key of a press with shift, as settings name it: a letter, or a key with a name. null for all else. */
export function shiftedKey({ key, repeat, ctrlKey, altKey, metaKey, shiftKey, isComposing }: Press): string | null {
  if (!shiftKey || repeat || ctrlKey || altKey || metaKey || isComposing) return null;
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  return letter ? key.toLowerCase() : key.length > 1 ? key : null;
}

/** What has keys of its own. */
const typing =
  'input:not([type="checkbox"]), textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"], [role="radiogroup"], [role="slider"], [role="tablist"], [data-own-keys]';
const onTop = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** Whether a single key may act now: nobody types, and no dialog or menu is open. */
function free(target: EventTarget | null): boolean {
  if (target instanceof Element && target.closest(typing)) return false;
  return document.querySelector(onTop) === null;
}

/**
 * Listens for single keys as long as the component lives. What returns true has used the key up.
 * @param first before all that listen without it
 * @param shifted the same for keys that are pressed with shift
 */
export function onKey(
  act: (key: string) => boolean,
  { first = false, shifted }: { readonly first?: boolean; readonly shifted?: (key: string) => boolean } = {},
): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !free(event.target)) return;
    const key = pressedKey(event);
    const withShift = key === null && shifted ? shiftedKey(event) : null;
    const used = key === null ? withShift !== null && shifted?.(withShift) : act(key);
    if (used) event.preventDefault();
  };
  document.addEventListener('keydown', listen, first);
  onScopeDispose(() => document.removeEventListener('keydown', listen, first));
}

/** What the actions of the compare view are called on buttons and in lists. */
export const actionNames: Readonly<Record<CompareAction, string>> = {
  left: 'Left is better',
  right: 'Right is better',
  tie: 'Tie',
  bad: 'Both bad',
  skip: 'Skip',
  flag: 'Flag',
  undo: 'Undo',
};

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Backspace: '⌫',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** A key as it stands on a button. */
export const keySign = (key: string): string => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key);

/** Keys that a page needs for itself, or that lead to the views. */
const kept = [
  'Enter',
  ' ',
  'Tab',
  'Escape',
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  'g',
  '?',
  '/',
];
/** What changes the size of texts in Compare. */
const sizing = ['+', '-', '=', '_'];
const silent = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process', 'Unidentified'];

/** Whether pressing this says nothing yet: half of a combination. */
export const isSilent = (key: string): boolean => silent.includes(key);

/** Why an action can't have a key, as a sentence; null where it can. */
export function refusal(key: string, action: CompareAction, keys: Settings['keys']): string | null {
  const name = key === ' ' ? 'Space' : keySign(key);
  if (kept.includes(key)) return `${name} is kept for moving about. Choose another key.`;
  if (sizing.includes(key)) return `${name} makes texts larger or smaller. Choose another key.`;
  const other = compareActions.find((each) => each !== action && keys[each] === key);
  return other ? `${name} already says “${actionNames[other]}”. Change that one first, or choose another key.` : null;
}
