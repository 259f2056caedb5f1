import type { ExecutionEnvironment } from './executionEnvironment.ts';

/** The execution environments of one function: warm ones first, new ones up to a limit, then a queue. */
export type EnvironmentPool = {
  /** An environment for one event, as soon as one is free; undefined once the pool is closed. */
  take: () => Promise<ExecutionEnvironment | undefined>;
  /** Gives one back. One that is no longer usable is replaced when it is needed. */
  give: (environment: ExecutionEnvironment) => void;
  close: () => Promise<void>;
};

/** `limit` is at least 1. */
export const createPool = (start: () => ExecutionEnvironment, limit: number): EnvironmentPool => {
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const queue: ((environment: ExecutionEnvironment | undefined) => void)[] = [];
  let closed = false;

  const grow = (): ExecutionEnvironment => {
    const environment = start();
    all.add(environment);
    return environment;
  };
  /** The one that was busy last, so that the others can cool down; those that died while idle are dropped. */
  const warm = (): ExecutionEnvironment | undefined => {
    const environment = idle.pop();
    if (environment === undefined || environment.usable()) return environment;
    all.delete(environment);
    return warm();
  };

  return {
    take: () => {
      if (closed) return Promise.resolve(undefined);
      const free = warm() ?? (all.size < limit ? grow() : undefined);
      return free === undefined ? new Promise((resolve) => queue.push(resolve)) : Promise.resolve(free);
    },
    give: (environment) => {
      if (closed) return;
      if (!environment.usable()) all.delete(environment);
      const next = queue.shift();
      if (next !== undefined) next(environment.usable() ? environment : grow());
      else if (environment.usable()) idle.push(environment);
    },
    close: async () => {
      closed = true;
      for (const resolve of queue.splice(0)) resolve(undefined);
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
};
