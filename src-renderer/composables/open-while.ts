import { computed, type Ref } from 'vue';

/** Whether a dialog about something is open: as long as there is something. Closing it lets that go. */
export const openWhile = <T>(subject: Ref<T | null>) =>
  computed({
    get: () => subject.value !== null,
    set: (open) => {
      if (!open) subject.value = null;
    },
  });
