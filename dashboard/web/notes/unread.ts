import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Note } from '../../../fanout/client/telemetryClient.ts';

/** How many notes came since they were last read. Older ones than are kept are not counted. */
export const unread = (
  notes: ReadonlySignal<readonly Note[]>,
  isRead: ReadonlySignal<boolean>,
): ReadonlySignal<number> => {
  const last = signal<Note | undefined>(undefined);
  effect(() => {
    if (isRead.value) last.value = notes.value.at(-1);
  });
  return computed(() => {
    const { value } = notes;
    return last.value === undefined ? value.length : value.length - 1 - value.lastIndexOf(last.value);
  });
};
