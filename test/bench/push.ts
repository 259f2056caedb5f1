import { Command } from 'commander';
import { startChild, type Child } from './push/child.ts';
import { clientNames, type ClientName } from './push/clients.ts';
import type { Round, Taken } from './push/poster.ts';
import type { Arrived } from './push/server.ts';

/**
 * What a post to `@connections` costs by the AWS SDK's client and by ours, beside one server in a process of its own. Each
 * client posts from a process of its own, whose CPU is all that is counted. Clients take turns round by round, so that a
 * slow moment of the machine hits them alike; a figure is the median of its rounds, after one for warming up.
 *
 * The server checks every post against what was to be posted, and of one in a hundred the signature, by the SDK's signer.
 * Exit code 1 if a post is missing, wrong or there twice, or if lean push makes fewer than five times as many posts of a
 * second of CPU as the SDK does, 64 at a time. The short form checks every signature, and claims nothing about time.
 */
const claimed = { ratio: 5, concurrency: 64 };
const concurrencies = [1, 64];
const long = { rounds: 7, posts: { sdk: 1_000, others: 5_000 }, checkOneIn: 100 };
const short = { rounds: 1, posts: { sdk: 200, others: 200 }, checkOneIn: 1 };

const { json, short: isShort } = new Command('bench:push')
  .description("Prints what a post to @connections costs in CPU and time, by the SDK's client and by ours.")
  .option('--json', 'print one JSON object instead of the table')
  .option('--short', 'run little: check what arrives, claim nothing about time')
  .parse()
  .opts<{ json?: true; short?: true }>();
const { rounds, posts, checkOneIn } = isShort ? short : long;

type Taking = { perCpuSecond: number[]; perSecond: number[]; latenciesMs: number[] };
const sum: Arrived = { posts: 0, repeated: 0, wrong: 0, signaturesChecked: 0, signaturesWrong: 0 };
let sent = 0;
let delivered = 0;

/** One client's round. No number is posted twice in a run. */
const runRound = async (server: Child, poster: Child, round: Round): Promise<Taken> => {
  const taken = (await poster.ask(round)) as Taken; // poster.ts says so
  const arrived = (await server.ask(checkOneIn)) as Arrived; // server.ts says so
  sent += round.posts;
  delivered += taken.delivered;
  for (const key of Object.keys(sum) as (keyof Arrived)[]) sum[key] += arrived[key];
  return taken;
};

const measure = async (): Promise<Map<string, Taking>> => {
  const server = await startChild('server.ts');
  await server.ask(checkOneIn);
  const endpoint = String(server.hello);
  const started = clientNames.map(
    async (name) => [name, await startChild('poster.ts', name, endpoint)] as const,
  );
  const posters = new Map<ClientName, Child>(await Promise.all(started));
  const takings = new Map<string, Taking>();
  for (let round = 0; round <= rounds; round += 1)
    for (const concurrency of concurrencies)
      for (const [name, poster] of posters) {
        const count = name === 'SDK client' ? posts.sdk : posts.others;
        const taken = await runRound(server, poster, { from: sent, posts: count, concurrency });
        if (round === 0) continue;
        const key = `${name} ${concurrency}`;
        const taking = takings.get(key) ?? { perCpuSecond: [], perSecond: [], latenciesMs: [] };
        takings.set(key, taking);
        taking.perCpuSecond.push((count / taken.cpuMs) * 1_000);
        taking.perSecond.push((count / taken.wallMs) * 1_000);
        taking.latenciesMs.push(...taken.latenciesMs);
      }
  for (const child of [server, ...posters.values()]) child.end();
  return takings;
};

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN;

const takings = await measure();
const resultOf = (client: ClientName, concurrency: number) => {
  const {
    perCpuSecond = [],
    perSecond = [],
    latenciesMs = [],
  } = takings.get(`${client} ${concurrency}`) ?? {};
  return {
    concurrency,
    client,
    postsPerCpuSecond: Math.round(quantile(perCpuSecond, 0.5)),
    postsPerSecond: Math.round(quantile(perSecond, 0.5)),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
};
const results = concurrencies.flatMap((concurrency) => {
  const sdk = resultOf('SDK client', concurrency).postsPerCpuSecond;
  return clientNames.map((client) => {
    const result = resultOf(client, concurrency);
    return { ...result, ratio: result.postsPerCpuSecond / sdk };
  });
});

const ratio =
  results.find((r) => r.client === 'lean push' && r.concurrency === claimed.concurrency)?.ratio ?? NaN;
const complete =
  sum.posts === sent && delivered === sent && sum.repeated + sum.wrong + sum.signaturesWrong === 0;
const holds = isShort ? undefined : ratio >= claimed.ratio;
const arrived = { sent, delivered, ...sum, complete };

if (json) console.log(JSON.stringify({ rounds, results, ratio, claimed, holds, arrived }));
else {
  console.log(
    `Posts to @connections, medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ratio: posts per second of CPU against the SDK's\n`,
  );
  console.log('at once  client                  posts/CPU-s    posts/s   p50 ms   p99 ms   ratio');
  for (const {
    concurrency,
    client,
    postsPerCpuSecond,
    postsPerSecond,
    p50Ms,
    p99Ms,
    ratio: times,
  } of results)
    console.log(
      `${String(concurrency).padStart(7)}  ${client.padEnd(22)}` +
        postsPerCpuSecond.toLocaleString('en').padStart(13) +
        postsPerSecond.toLocaleString('en').padStart(11) +
        `${p50Ms.toFixed(2).padStart(9)}${p99Ms.toFixed(2).padStart(9)}${times.toFixed(1).padStart(8)}`,
    );
  console.log(
    `\n${sum.posts.toLocaleString('en')} of ${sent.toLocaleString('en')} posts arrived, ${sum.repeated} twice, ${sum.wrong} wrong; ` +
      `of ${sum.signaturesChecked.toLocaleString('en')} signatures ${sum.signaturesWrong} wrong: ${complete ? 'holds' : 'FAILS'}`,
  );
  if (holds !== undefined)
    console.log(
      `Lean push makes ${ratio.toFixed(1)} times the posts of the SDK, ${claimed.concurrency} at once; at least ${claimed.ratio} is claimed: ${holds ? 'holds' : 'FAILS'}`,
    );
}
if (!complete || holds === false) process.exitCode = 1;
