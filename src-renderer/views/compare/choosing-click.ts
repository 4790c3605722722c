import { onScopeDispose, type Ref, ref, watch } from 'vue';
import { doubleClickMs, isChoice, type PressPoint } from './clicks.ts';

/** What has clicks of its own. */
const controls = 'a, button, input, label, select, summary, textarea';

/**
 * A click on a text that chooses it. On words it waits for as long as a second click may come, which would select one; beside them it is
 * taken at once.
 * @param shown changes with the text
 */
export function useChoosingClick(area: Readonly<Ref<HTMLElement | null>>, shown: () => unknown, choose: () => void) {
  /** A click was taken, and waits. */
  const pending = ref(false);
  let down: PressPoint | null = null;
  let shownAt = performance.now();
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const forget = (): void => {
    clearTimeout(timer);
    pending.value = false;
  };
  const point = ({ clientX, clientY }: MouseEvent): PressPoint => ({
    x: clientX,
    y: clientY,
    at: performance.now(),
    selected: getSelection()?.isCollapsed === false,
    scrolled: area.value?.scrollTop ?? 0,
  });
  const selecting = (): void => {
    if (getSelection()?.isCollapsed === false) forget();
  };
  watch(shown, () => {
    forget();
    shownAt = performance.now();
    scrolledAt = Number.NEGATIVE_INFINITY;
  });
  document.addEventListener('selectionchange', selecting);
  document.addEventListener('keydown', forget, true);
  onScopeDispose(() => {
    forget();
    document.removeEventListener('selectionchange', selecting);
    document.removeEventListener('keydown', forget, true);
  });

  return {
    pending,
    press: (event: PointerEvent): void => {
      forget();
      const { target } = event;
      const own = target instanceof Element && target.closest(controls) !== null;
      down = own || event.button !== 0 || !event.isPrimary ? null : point(event);
    },
    click: (event: MouseEvent): void => {
      const began = down;
      down = null;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.detail > 1) return;
      if (!isChoice(began, point(event), { shownAt, scrolledAt })) return;
      const onWords = event.target instanceof Element && event.target.closest('p') !== null;
      if (!onWords) {
        choose();
        return;
      }
      pending.value = true;
      timer = setTimeout(() => {
        forget();
        choose();
      }, doubleClickMs);
    },
    scrolled: (): void => {
      forget();
      scrolledAt = performance.now();
    },
  };
}
