import { availableParallelism } from 'node:os';
import type { ExecutionEnvironment } from './executionEnvironment.ts';

/** The execution environments of one function: warm ones first, new ones up to a limit, then a queue. */
export type EnvironmentPool = {
  /** An environment for one event, as soon as one is free; undefined once the pool is closed. */
  take: () => Promise<ExecutionEnvironment | undefined>;
  /** Gives one back. One that is no longer usable is replaced when it is needed. */
  give: (environment: ExecutionEnvironment) => void;
  /** Whether as many events are in work, or about to be, as there may be environments. */
  isExhausted: () => boolean;
  isClosed: () => boolean;
  close: () => Promise<void>;
};

export type PoolOptions = {
  start: () => ExecutionEnvironment;
  /** At least 1. */
  limit: number;
  /** Called whenever an event has to wait because of the limit. */
  onExhausted: () => void;
  /** How long an environment may be idle before it is ended. */
  idleMs?: number;
};

/** Not AWS's, which keeps idle environments for minutes: a thread costs memory that a laptop needs elsewhere. Wall time. */
const defaultIdleMs = 60_000;

/** More starts at once than the machine has cores would all end late, some after Lambda's limit for it. */
const maxStarting = Math.max(2, availableParallelism());

type Waiting = (environment: ExecutionEnvironment | undefined) => void;

/** An event that waits gets the environment that is free first: the one started for it or one that others gave back. */
export const createPool = ({
  start,
  limit,
  onExhausted,
  idleMs = defaultIdleMs,
}: PoolOptions): EnvironmentPool => {
  const starting = new Set<ExecutionEnvironment>();
  const busy = new Set<ExecutionEnvironment>();
  const idle: { environment: ExecutionEnvironment; retirement: NodeJS.Timeout }[] = [];
  const retiring = new Set<Promise<void>>();
  const queue: Waiting[] = [];
  let closed = false;

  const size = (): number => starting.size + busy.size + idle.length;

  const grow = (): void => {
    while (starting.size < Math.min(maxStarting, queue.length) && size() < limit) {
      const environment = start();
      starting.add(environment);
      void environment.ready.then(() => {
        starting.delete(environment);
        offer(environment);
      });
    }
    if (queue.length > starting.size && size() >= limit) onExhausted();
  };
  /** To the event that waits longest; without one it rests. */
  const offer = (environment: ExecutionEnvironment): void => {
    if (closed) return;
    const next = queue.shift();
    if (next === undefined) rest(environment);
    else {
      busy.add(environment);
      next(environment);
    }
    grow();
  };
  const rest = (environment: ExecutionEnvironment): void => {
    const retire = (): void => {
      idle.splice(idle.indexOf(resting), 1);
      const ending = environment.close().finally(() => retiring.delete(ending));
      retiring.add(ending);
    };
    const resting = { environment, retirement: setTimeout(retire, idleMs).unref() };
    idle.push(resting);
  };
  /** The one that was busy last, so that the others can cool down; those that died while idle are dropped. */
  const warm = (): ExecutionEnvironment | undefined => {
    const last = idle.pop();
    if (last === undefined) return undefined;
    clearTimeout(last.retirement);
    return last.environment.usable() ? last.environment : warm();
  };

  return {
    isExhausted: () => busy.size + queue.length >= limit,
    isClosed: () => closed,
    take: async () => {
      if (closed) return undefined;
      const free = warm();
      if (free !== undefined) {
        busy.add(free);
        return free;
      }
      const turn = new Promise<ExecutionEnvironment | undefined>((resolve) => void queue.push(resolve));
      grow();
      return turn;
    },
    give: (environment) => {
      busy.delete(environment);
      if (environment.usable()) offer(environment);
      else grow();
    },
    close: async () => {
      closed = true;
      for (const resolve of queue.splice(0)) resolve(undefined);
      for (const { retirement } of idle) clearTimeout(retirement);
      const alive = [...starting, ...busy, ...idle.map(({ environment }) => environment)];
      await Promise.all([...retiring, ...alive.map((environment) => environment.close())]);
    },
  };
};
