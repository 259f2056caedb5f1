import { quantile } from '../../../devices/ledger/latency.ts';
import { startChild, type Child } from './child.ts';
import { clientNames, type ClientName } from './clients.ts';
import type { Round, Taken } from './poster.ts';
import type { Arrived } from './server.ts';

/** How much is posted: by each client the same, in each round and for each concurrency. */
export type Amount = {
  /** After one for warming up. */
  readonly rounds: number;
  readonly posts: number;
  /** Of how many posts one has its signature checked. */
  readonly checkOneIn: number;
};

/** Posts at once. */
const concurrencies = [1, 64];

export type PushResult = {
  readonly concurrency: number;
  readonly client: ClientName;
  readonly postsPerCpuSecond: number;
  readonly postsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Posts per second of CPU against the SDK's client. */
  readonly ratio: number;
};

export type Measured = {
  readonly results: readonly PushResult[];
  readonly arrived: Arrived & { readonly sent: number; readonly delivered: number };
};

type Taking = { perCpuSecond: number[]; perSecond: number[]; latenciesMs: number[] };
type Takings = Map<string, Taking>;
type Ends = { readonly server: Child; readonly posters: ReadonlyMap<ClientName, Child> };

const keyOf = (client: ClientName, concurrency: number): string => `${client} ${concurrency}`;

/** Has the clients take turns, and adds up what arrives. No number is posted twice in a run. */
const takeTurns = async ({ server, posters }: Ends, { rounds, posts, checkOneIn }: Amount) => {
  const sum: Arrived = { posts: 0, repeated: 0, wrong: 0, signaturesChecked: 0, signaturesWrong: 0 };
  let [sent, delivered] = [0, 0];
  const takings: Takings = new Map();

  const runRound = async (poster: Child, round: Round): Promise<Taken> => {
    const taken = (await poster.ask(round)) as Taken; // poster.ts says so
    const arrived = (await server.ask(checkOneIn)) as Arrived; // server.ts says so
    sent += round.posts;
    delivered += taken.delivered;
    for (const key of Object.keys(sum) as (keyof Arrived)[]) sum[key] += arrived[key];
    return taken;
  };

  await server.ask(checkOneIn);
  for (let round = 0; round <= rounds; round += 1)
    for (const concurrency of concurrencies)
      for (const [name, poster] of posters) {
        const taken = await runRound(poster, { from: sent, posts, concurrency });
        if (round === 0) continue;
        const key = keyOf(name, concurrency);
        const taking = takings.get(key) ?? { perCpuSecond: [], perSecond: [], latenciesMs: [] };
        takings.set(key, taking);
        taking.perCpuSecond.push((posts / taken.cpuMs) * 1_000);
        taking.perSecond.push((posts / taken.wallMs) * 1_000);
        taking.latenciesMs.push(...taken.latenciesMs);
      }
  return { takings, arrived: { sent, delivered, ...sum } };
};

const resultOf = (takings: Takings, client: ClientName, concurrency: number): Omit<PushResult, 'ratio'> => {
  const {
    perCpuSecond = [],
    perSecond = [],
    latenciesMs = [],
  } = takings.get(keyOf(client, concurrency)) ?? {};
  return {
    concurrency,
    client,
    postsPerCpuSecond: Math.round(quantile(perCpuSecond, 0.5)),
    postsPerSecond: Math.round(quantile(perSecond, 0.5)),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
};

/**
 * What a post to `@connections` costs by each client, beside one server in a process of its own. Each client posts from a
 * process of its own, whose CPU is all that is counted. Clients take turns round by round, so that a slow moment of the
 * machine hits them alike; a figure is the median of its rounds. The server checks every post against what was to be posted.
 */
export const measurePush = async (amount: Amount): Promise<Measured> => {
  const children: Child[] = [];
  const started = async (script: string, ...args: string[]): Promise<Child> => {
    const child = await startChild(script, ...args);
    children.push(child);
    return child;
  };
  try {
    const server = await started('server.ts');
    const posters = new Map<ClientName, Child>();
    for (const name of clientNames) posters.set(name, await started('poster.ts', name, String(server.hello)));
    const { takings, arrived } = await takeTurns({ server, posters }, amount);
    const results = concurrencies.flatMap((concurrency) => {
      const sdk = resultOf(takings, 'SDK client', concurrency).postsPerCpuSecond;
      return clientNames.map((client) => {
        const result = resultOf(takings, client, concurrency);
        return { ...result, ratio: result.postsPerCpuSecond / sdk };
      });
    });
    return { results, arrived };
  } finally {
    for (const child of children) child.end();
  }
};
