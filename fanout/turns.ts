/** So many of them are asked in a second: a fiftieth of what an account of API Gateway takes, and gentle to a laptop. */
const askedASecond = 200;
/** What is sent to one after its turn finds out by its row whether it is there: a gone one is forgotten by then. ms. */
const settledMs = 2_000;

/**
 * When each of very many connections is asked whether it is there, one after the other. Of those with the longest ago a turn,
 * what is beyond `capacity` is forgotten.
 */
export const turns = (capacity: number) => {
  const byConnection = new Map<string, number>(); // Epoch ms. Iterates in the order of insertion.
  let last = 0;
  return {
    /**
     * How long what is for this connection has to wait, ms, so that nobody asks before its turn nor once more while that is
     * not over. Undefined: it has none.
     */
    wait: (connectionId: string, now: number): number | undefined => {
      const turn = byConnection.get(connectionId);
      if (turn === undefined) return undefined;
      if (turn + settledMs > now) return turn + settledMs - now;
      byConnection.delete(connectionId);
      return undefined;
    },
    /** Gives this connection the next turn: how long until then, ms. */
    next: (connectionId: string, now: number): number => {
      last = Math.max(last, now) + 1_000 / askedASecond;
      byConnection.set(connectionId, last);
      const [oldest] = byConnection.keys();
      if (byConnection.size > capacity && oldest !== undefined) byConnection.delete(oldest);
      return last - now;
    },
  };
};
