import type { Clock } from '../clock.ts';
import { TwinError } from '../twinError.ts';
import { seededRandom } from './seededRandom.ts';

/** Everything that can be made to go wrong while the twin runs, and what that means. */
export const faultKinds = {
  'dynamodb.throttle': 'an operation is answered ProvisionedThroughputExceededException and not done',
  'dynamodb.error': 'an operation is answered InternalServerError (500) and not done',
  'dynamodb.latency': 'an operation waits for `ms` before it is done',
  'dynamodb.lost-response': 'an operation is done and the socket cut instead of answered',
  'connections.throttle': 'a call of @connections is answered LimitExceededException (429) and not done',
  'connections.error': 'a call of @connections is answered 500 and not done',
  'connections.too-large': 'a post is answered PayloadTooLargeException (413) and not done',
  'connections.gone': 'the connection that a post is for is cut first, and the answer is 410',
  'connections.gone-early':
    'a post to a connection younger than `ms` is answered 410, as while $connect runs',
  'connections.latency': 'a call of @connections waits for `ms` before it is done',
  'connections.lost-response': 'a call of @connections is done and the socket cut instead of answered',
  'disconnect.missing': 'a connection that ends does not invoke $disconnect',
  'socket.cut':
    'once: the socket of every open connection is cut, 1006; `probability` is of each, `times` how many at most',
  'function.crash': 'an execution environment ends after `posts` posts of an invocation',
  'function.timeout': 'an invocation hangs after `posts` posts, until its time-out',
  'invoke.duplicate': 'an asynchronous event runs twice although nothing failed',
  'invoke.delay': 'an asynchronous event waits for `ms` before its first run',
  'sqs.error':
    'a call of SQS is answered InternalError (500) and not done; a rule or a destination of Lambda’s tries again for ' +
    '6 s, then a rule goes to its error action. What an event source receives and deletes is spared',
  'sqs.duplicate': 'a message that was received and deleted comes once more',
  'mqtt.lost-puback': 'a message of QoS 1 is handed over and its connection cut instead of acknowledged',
  'mqtt.restart':
    'once: the broker ends every connection without a word and starts again; `probability` is of its happening',
} as const;
export type FaultKind = keyof typeof faultKinds;

export const isFaultKind = (text: string): text is FaultKind => Object.hasOwn(faultKinds, text);

/** How often, for how long and how badly. */
export type FaultSetting = {
  /** Of each occasion, 0 to 1; 1 by default. */
  readonly probability?: number;
  /** Ends by itself after so many ms of the twin's clock. */
  readonly forMs?: number;
  /** Ends by itself after it was injected so often. */
  readonly times?: number;
  /** For those that wait or look at an age; 1,000 by default. */
  readonly ms?: number;
  /** For those that come after so many posts of one invocation; 0 by default: before the handler runs. */
  readonly posts?: number;
  /** Only where the resource's name (table, function, queue) contains this. */
  readonly only?: string;
};

/** What one injection needs to know. */
export type Injection = { readonly ms: number; readonly posts: number };

const oneOffs = ['socket.cut', 'mqtt.restart'] as const;

/** A fault that happens once when it is switched on, instead of at every occasion. */
export type OneOff = (typeof oneOffs)[number];

const isOneOff = (kind: FaultKind): kind is OneOff => (oneOffs as readonly FaultKind[]).includes(kind);

/** Those that wait, or look at an age. */
const timed: readonly FaultKind[] = [
  ...(['dynamodb.latency', 'connections.latency', 'connections.gone-early', 'invoke.delay'] as const),
];
const countsPosts: readonly FaultKind[] = ['function.crash', 'function.timeout'];

/** What of a setting means something to a kind. */
export const takenBy = (kind: FaultKind): (keyof FaultSetting)[] =>
  isOneOff(kind)
    ? ['probability', 'times']
    : [
        ...(['probability', 'forMs', 'times', 'only'] as const),
        ...(timed.includes(kind) ? ['ms' as const] : []),
        ...(countsPosts.includes(kind) ? ['posts' as const] : []),
      ];

export type Faults = {
  /**
   * Switches a kind on, over what was set of it before. A {@link OneOff} is not on after that: this resolves once it has
   * happened. Rejects with TwinError `fault_setting` for what means nothing to this kind, `fault_too_early` when what a
   * one-off would happen to does not run yet.
   */
  set: (kind: FaultKind, setting?: FaultSetting) => Promise<void>;
  /** Switches a kind off, or all. */
  clear: (kind?: FaultKind) => void;
  /** What is switched on. */
  list: () => Readonly<Partial<Record<FaultKind, FaultSetting>>>;
  /**
   * Asked at each occasion: whether it goes wrong now. Counts, where it does. `applies`: whether this is an occasion at
   * all for the fault as it is set; if not, nothing is drawn.
   */
  hit: (
    kind: FaultKind,
    resource?: string,
    applies?: (injection: Injection) => boolean,
  ) => Injection | undefined;
  /** Called by whoever can make a one-off happen; resolves to how many it did. */
  onSet: (kind: OneOff, action: (chance: () => boolean) => Promise<number>) => void;
  /** How often each kind was injected so far. */
  injected: () => Readonly<Partial<Record<FaultKind, number>>>;
};

const defaultMs = 1_000;

/**
 * Faults drawn by a seed: each kind has a sequence of its own, so that one does not disturb the other. `tell` gets a
 * sentence when one is switched on, when it is over, or when it happened.
 */
export const createFaults = ({
  seed,
  clock,
  tell = () => undefined,
}: {
  seed: number;
  clock: Clock;
  tell?: (line: string) => void;
}): Faults => {
  const on = new Map<FaultKind, { setting: FaultSetting; until: number; left: number }>();
  const randoms = new Map<FaultKind, () => number>();
  const counts = new Map<FaultKind, number>();
  const actions = new Map<OneOff, (chance: () => boolean) => Promise<number>>();

  const random = (kind: FaultKind): number => {
    const known = randoms.get(kind) ?? seededRandom(`${seed} ${kind}`);
    randoms.set(kind, known);
    return known();
  };
  const count = (kind: FaultKind, n: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + n);
  const happen = async (kind: OneOff, setting: FaultSetting): Promise<void> => {
    const action = actions.get(kind);
    if (action === undefined)
      throw new TwinError(
        'fault_too_early',
        `${kind} has nothing to happen to yet; set it once the twin runs.`,
      );
    let left = setting.times ?? Infinity;
    const chance = (): boolean => {
      const isHit = left > 0 && random(kind) < (setting.probability ?? 1);
      if (isHit) left--;
      return isHit;
    };
    const happened = await action(chance);
    count(kind, happened);
    tell(`${kind} happened ${times(happened)}`);
  };
  const end = (kind: FaultKind): void => {
    if (on.delete(kind)) tell(`${kind} is over, injected ${times(counts.get(kind) ?? 0)} so far`);
  };

  return {
    set: async (kind, setting = {}) => {
      refuseMeaningless(kind, setting);
      if (isOneOff(kind)) return happen(kind, setting);
      const until = setting.forMs === undefined ? Infinity : clock.now() + setting.forMs;
      on.set(kind, { setting, until, left: setting.times ?? Infinity });
      tell(`${kind} is on${inWords(setting)}`);
    },
    clear: (kind) => {
      for (const one of kind === undefined ? [...on.keys()] : [kind]) end(one);
    },
    list: () => {
      for (const [kind, { until }] of on) if (clock.now() >= until) end(kind);
      return Object.fromEntries([...on].map(([kind, { setting }]) => [kind, setting]));
    },
    hit: (kind, resource = '', applies = () => true) => {
      const fault = on.get(kind);
      if (fault === undefined) return undefined;
      const { setting, until } = fault;
      if (clock.now() >= until) end(kind);
      if (!on.has(kind) || !resource.includes(setting.only ?? '')) return undefined;
      const injection = { ms: setting.ms ?? defaultMs, posts: setting.posts ?? 0 };
      if (!applies(injection)) return undefined;
      if (random(kind) >= (setting.probability ?? 1)) return undefined;
      count(kind, 1);
      if (--fault.left <= 0) end(kind);
      return injection;
    },
    onSet: (kind, action) => void actions.set(kind, action),
    injected: () => Object.fromEntries(counts),
  };
};

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

const inWords = (setting: FaultSetting): string => {
  const parts = Object.entries(setting).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
};

const refuseMeaningless = (kind: FaultKind, setting: FaultSetting): void => {
  const taken = takenBy(kind);
  const names = Object.keys(setting).filter((name) => !(taken as string[]).includes(name));
  if (names.length === 0) return;
  const once = isOneOff(kind) ? 'happens once, when it is set: it ' : '';
  throw new TwinError(
    'fault_setting',
    `${kind} ${once}takes ${taken.join(', ')}, and no ${names.join(', ')}.`,
  );
};

/** Nothing goes wrong. */
export const noFaults: Pick<Faults, 'hit' | 'onSet'> = { hit: () => undefined, onSet: () => undefined };
