/** How many updates wait for a slow reader. */
const capacity = 10_000;

/** Values handed from events to one `for await`. */
type Queue<T> = { push: (value: T) => void; end: () => void; values: AsyncIterableIterator<T> };

/** When more than `capacity` wait, the oldest goes; `fellBehind` is called once until the reader has caught up. */
const queue = <T>({ fellBehind, left }: { fellBehind: () => void; left: () => void }): Queue<T> => {
  const waiting: T[] = [];
  let behind = false;
  let ended = false;
  let wake = (): void => undefined;

  const push = (value: T): void => {
    waiting.push(value);
    if (waiting.length > capacity) {
      waiting.shift();
      if (!behind) fellBehind();
      behind = true;
    }
    wake();
  };

  const end = (): void => {
    ended = true;
    wake();
  };

  async function* read(): AsyncGenerator<T, undefined> {
    try {
      for (;;) {
        const [value] = waiting.splice(0, 1);
        if (value !== undefined) yield value;
        else if (ended) return;
        else {
          behind = false;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    } finally {
      left();
    }
  }

  return { push, end, values: read() };
};

export type UpdateStreams<T> = {
  push: (value: T) => void;
  /** The values pushed from now on. */
  open: () => AsyncIterableIterator<T>;
  /** Ends every iteration, once what waits has been read; those opened later are empty. */
  end: () => void;
};

/** Any number of iterations over the same values, each at its own pace. */
export const updateStreams = <T>(fellBehind: () => void): UpdateStreams<T> => {
  const queues = new Set<Queue<T>>();
  let ended = false;
  return {
    push: (value) => queues.forEach(({ push }) => push(value)),
    open: () => {
      const opened: Queue<T> = queue({ fellBehind, left: () => void queues.delete(opened) });
      if (ended) opened.end();
      else queues.add(opened);
      return opened.values;
    },
    end: () => {
      ended = true;
      queues.forEach((one) => one.end());
    },
  };
};
