/**
 * So many of them are asked in a second, by one execution environment: a fiftieth of what an account of API Gateway takes, and
 * gentle to a laptop.
 */
const askedASecond = 200;
/** The longest wait for a turn, ms: what a delay queue takes, with what may come on top of it. */
const longestMs = 600_000;
/**
 * What is for a connection after its turn finds out by its row whether it is there: a gone one is forgotten by then, though
 * its turn may come some seconds late. ms.
 */
const settledMs = 5_000;

/**
 * When each of very many connections is asked whether it is there, one after the other. Of more than `capacity` those that had
 * a turn first are forgotten.
 */
export const turns = (capacity: number) => {
  const byConnection = new Map<string, number>(); // Epoch ms. Iterates in the order of insertion.
  let last = 0;
  return {
    /**
     * How long what is for this connection has to wait, ms, so that nobody asks before its turn nor once more while that is
     * not over. 0 when it is over: who still has a row then is there. Undefined: it has none.
     */
    wait: (connectionId: string, now: number): number | undefined => {
      const turn = byConnection.get(connectionId);
      return turn === undefined ? undefined : Math.max(0, turn + settledMs - now);
    },
    /** Gives this connection the next turn: how long until then, ms. */
    next: (connectionId: string, now: number): number => {
      last = Math.min(Math.max(last, now) + 1_000 / askedASecond, now + longestMs);
      byConnection.set(connectionId, last);
      const [oldest] = byConnection.keys();
      if (byConnection.size > capacity && oldest !== undefined) byConnection.delete(oldest);
      return last - now;
    },
  };
};
