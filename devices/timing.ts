import type { Clock } from './clock.ts';

/** Something to wait for: resolved by `open`, once and for all. */
export const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

/** Whether `event` came within `ms`. Rejects when it does. */
export const within = async (clock: Clock, ms: number, event: Promise<unknown>): Promise<boolean> => {
  const timeout = gate();
  const cancel = clock.after(ms, timeout.open);
  try {
    return await Promise.race([event.then(() => true), timeout.opened.then(() => false)]);
  } finally {
    cancel();
  }
};

/** Calls `action` every `ms` until what is returned is called. */
export const every = (clock: Clock, ms: number, action: () => void): (() => void) => {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.after(ms, () => {
      again();
      action();
    });
  };
  again();
  return () => cancel();
};
