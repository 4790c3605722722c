import { watch } from 'vue';
import { useRouter } from 'vue-router';
import { changeSettings, useSettings } from './settings.ts';

/** Opens the view that was left last, and remembers the one that is open. An address that names a view goes before it. */
export function usePlace(): void {
  const router = useRouter();
  const { settings, loaded } = useSettings();
  let known = '';
  watch(
    loaded,
    async (is) => {
      if (!is) return;
      known = settings.value.place;
      await router.isReady();
      if (router.currentRoute.value.fullPath === '/' && known !== '/') await router.replace(known);
      router.afterEach(({ fullPath, name }) => {
        // From there one goes to another project: this one opens where it was before.
        if (fullPath === known || name === 'projects') return;
        known = fullPath;
        // Not worth a message: the next start opens the view before.
        changeSettings({ place: fullPath }).catch(() => {});
      });
    },
    { once: true },
  );
}
