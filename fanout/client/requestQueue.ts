import { failed, type Result } from './clientError.ts';

/** How many requests of the application wait at a time, for a connection or an answer. */
const capacity = 200;

const full = failed('queue_full', `${capacity} requests wait already; try again when there is a connection.`);

/** Bounds how much is under way: what comes beyond fails at once. */
export const requestQueue = () => {
  let waiting = 0;
  return async <T extends object>(request: () => Promise<Result<T>>): Promise<Result<T>> => {
    if (waiting >= capacity) return full;
    waiting++;
    try {
      return await request();
    } finally {
      waiting--;
    }
  };
};
