import type { ExecutionEnvironment } from './executionEnvironment.ts';

/** The execution environments of one function: warm ones first, new ones up to a limit, then a queue. */
export type EnvironmentPool = {
  /** An environment for one event, as soon as one is free; undefined once the pool is closed. */
  take: () => Promise<ExecutionEnvironment | undefined>;
  /** Gives one back. One that is no longer usable is replaced when it is needed. */
  give: (environment: ExecutionEnvironment) => void;
  /** Whether all are busy and no more may be started; says so, once, if they are. */
  isExhausted: () => boolean;
  close: () => Promise<void>;
};

export type PoolOptions = {
  start: () => ExecutionEnvironment;
  /** At least 1. */
  limit: number;
  /** Called the first time that the limit keeps somebody waiting. */
  onExhausted: () => void;
  /** How long an environment may be idle before it is ended. */
  idleMs?: number;
};

/** Not AWS's, which keeps idle environments for minutes: a thread costs memory that a laptop needs elsewhere. Wall time. */
const defaultIdleMs = 60_000;

export const createPool = ({
  start,
  limit,
  onExhausted,
  idleMs = defaultIdleMs,
}: PoolOptions): EnvironmentPool => {
  const all = new Set<ExecutionEnvironment>();
  const idle: { environment: ExecutionEnvironment; retirement: NodeJS.Timeout }[] = [];
  const queue: ((environment: ExecutionEnvironment | undefined) => void)[] = [];
  const retiring = new Set<Promise<void>>();
  let closed = false;
  let told = false;

  const grow = (): ExecutionEnvironment => {
    const environment = start();
    all.add(environment);
    return environment;
  };
  /** The one that was busy last, so that the others can cool down; those that died while idle are dropped. */
  const warm = (): ExecutionEnvironment | undefined => {
    const last = idle.pop();
    if (last === undefined) return undefined;
    clearTimeout(last.retirement);
    if (last.environment.usable()) return last.environment;
    all.delete(last.environment);
    return warm();
  };
  const rest = (environment: ExecutionEnvironment): void => {
    const retire = (): void => {
      idle.splice(idle.indexOf(resting), 1);
      all.delete(environment); // at once, so that it no longer counts for the limit
      const ending = environment.close().finally(() => retiring.delete(ending));
      retiring.add(ending);
    };
    const resting = { environment, retirement: setTimeout(retire, idleMs).unref() };
    idle.push(resting);
  };
  const isExhausted = (): boolean => {
    if (idle.length > 0 || all.size < limit) return false;
    if (!told) onExhausted();
    told = true;
    return true;
  };

  return {
    isExhausted,
    take: () => {
      if (closed) return Promise.resolve(undefined);
      const free = warm() ?? (isExhausted() ? undefined : grow());
      return free === undefined ? new Promise((resolve) => queue.push(resolve)) : Promise.resolve(free);
    },
    give: (environment) => {
      if (closed) return;
      if (!environment.usable()) all.delete(environment);
      const next = queue.shift();
      if (next !== undefined) next(environment.usable() ? environment : grow());
      else if (environment.usable()) rest(environment);
    },
    close: async () => {
      closed = true;
      for (const resolve of queue.splice(0)) resolve(undefined);
      for (const { retirement } of idle) clearTimeout(retirement);
      await Promise.all([...retiring, ...[...all].map((environment) => environment.close())]);
    },
  };
};
