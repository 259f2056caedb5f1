/** Lines to be written, together as far as they come together. */
export type GroupCommit = {
  /** Resolves when the line is written, rejects when the write of its group failed. */
  commit: (line: string) => Promise<void>;
  /** A line that nobody waits for: one whose group failed goes with the next. */
  leave: (line: string) => void;
  /** Tries once more what an earlier write left; resolves once nothing is being written. */
  flush: () => Promise<void>;
};

type Waiting = { line: string; settle?: { resolve: () => void; reject: (cause: unknown) => void } };

/** `write` is called with one group after the other, never two at once. */
export const groupCommit = (write: (lines: string) => Promise<void>): GroupCommit => {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  /** Whether it was written. */
  const writeGroup = async (group: readonly Waiting[]): Promise<boolean> => {
    try {
      await write(group.map(({ line }) => line).join(''));
    } catch (cause) {
      waiting = [...group.filter(({ settle }) => settle === undefined), ...waiting];
      for (const { settle } of group) settle?.reject(cause);
      return false;
    }
    for (const { settle } of group) settle?.resolve();
    return true;
  };
  /** A group that failed and nobody waits for is not tried again by itself: a full disk stays full for a while. */
  const writeAll = async (): Promise<void> => {
    await Promise.resolve(); // What comes in the same turn goes with it.
    let isWritten: boolean;
    do isWritten = await writeGroup(waiting.splice(0));
    while (isWritten ? waiting.length > 0 : waiting.some(({ settle }) => settle !== undefined));
    running = undefined; // In the turn of the last look at what waits, so that nothing slips in between.
  };
  const add = (entry: Waiting): void => {
    waiting.push(entry);
    running ??= writeAll();
  };

  return {
    commit: (line) => new Promise((resolve, reject) => add({ line, settle: { resolve, reject } })),
    leave: (line) => add({ line }),
    flush: async () => {
      if (waiting.length > 0) running ??= writeAll();
      while (running !== undefined) await running;
    },
  };
};
