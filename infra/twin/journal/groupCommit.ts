/** Lines to be written, together as far as they come together. */
export type GroupCommit = {
  /** Resolves when the line is written, rejects when the write of its group failed. */
  commit: (line: string) => Promise<void>;
  /** A line that nobody waits for: one whose group failed goes with the next. */
  leave: (line: string) => void;
  /** Resolves once nothing is being written. */
  idle: () => Promise<void>;
};

type Waiting = { line: string; settle?: { resolve: () => void; reject: (cause: unknown) => void } };

/** `write` is called with one group after the other, never two at once. */
export const groupCommit = (write: (lines: string) => Promise<void>): GroupCommit => {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await write(group.map(({ line }) => line).join(''));
    } catch (cause) {
      waiting = [...group.filter(({ settle }) => settle === undefined), ...waiting];
      for (const { settle } of group) settle?.reject(cause);
      return;
    }
    for (const { settle } of group) settle?.resolve();
  };
  /** A group that failed and nobody waits for is not tried again by itself: a full disk stays full for a while. */
  const writeAll = async (): Promise<void> => {
    await Promise.resolve(); // What comes in the same turn goes with it.
    do await writeGroup(waiting.splice(0));
    while (waiting.some(({ settle }) => settle !== undefined));
    running = undefined; // In the turn of the last look at what waits, so that nothing slips in between.
  };
  const add = (entry: Waiting): void => {
    waiting.push(entry);
    running ??= writeAll();
  };

  return {
    commit: (line) => new Promise((resolve, reject) => add({ line, settle: { resolve, reject } })),
    leave: (line) => add({ line }),
    idle: async () => {
      while (running !== undefined) await running;
    },
  };
};
