/** Somewhere to wait until it opens; it may shut and open again. */
export type Gate = { open: () => void; shut: () => void; isOpen: () => boolean; passed: () => Promise<void> };

export const gate = (): Gate => {
  let opened = false;
  let waiting: (() => void)[] = [];
  return {
    open: () => {
      opened = true;
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
    shut: () => void (opened = false),
    isOpen: () => opened,
    passed: () => (opened ? Promise.resolve() : new Promise<void>((resolve) => void waiting.push(resolve))),
  };
};
