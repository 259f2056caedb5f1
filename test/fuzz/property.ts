import { originsAreExact } from '../../fanout/foreignOrigins.testing.ts';
import { forgedTokensAreRefused, forgeries } from '../../fanout/aws/forgedTokens.testing.ts';
import { tokenMutations } from '../../fanout/aws/tokenMutations.testing.ts';
import { framesNeverLeak } from '../../fanout/frames.property.ts';
import { grantsNeverLeak } from '../../fanout/grants.property.ts';
import { malformedMessagesAreAnswered } from '../../fanout/parseRequest.property.ts';
import { whereAgreesWithReference } from '../../fanout/where.property.ts';
import { malformedOverSocket } from './malformedOverSocket.ts';
import { resumeCycles } from './resumeCycles.ts';
import { subscribeRaces, type TwinProperty } from './subscribeRaces.ts';
import { twoHourCuts } from './twoHourCuts.ts';

/** What came of a property: what was wrong, one line each, and what else is worth a look. */
export type Found = { runs: number; failures: readonly string[]; remarks?: string };

type Run = Omit<TwinProperty, 'local'>;

/** One that holds or does not, whatever it is run on. `runs`: how many are the whole. */
export type Property = { readonly name: string; readonly runs: number } & (
  | { readonly check: (run: Run) => Promise<Found> }
  /** Through a twin that is started for all of these. */
  | { readonly throughTwin: (run: TwinProperty) => Promise<Found> }
);

/** For those that throw what they find, with the seed and the smallest case in the message. */
const unlessThrown = async (runs: number, work: () => unknown): Promise<Found> => {
  try {
    const counts = await work();
    return { runs, failures: [], ...(counts === undefined ? {} : { remarks: remarksIn(counts) }) };
  } catch (error) {
    return { runs, failures: [error instanceof Error ? error.message : String(error)] };
  }
};

const remarksIn = (counts: unknown): string =>
  Object.entries(counts as object) // What a property counted beside its runs, by name.
    .filter(([name]) => !['runs', 'operations', 'seed', 'failures'].includes(name))
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');

const withRemarks = (found: Found): Found => ({ ...found, remarks: remarksIn(found) });

const cutSpeed = 120;

export const properties: readonly Property[] = [
  {
    name: 'where',
    runs: 100_000,
    check: ({ runs, seed }) => unlessThrown(runs, () => whereAgreesWithReference(runs, seed)),
  },
  {
    name: 'grants',
    runs: 10_000,
    check: ({ runs, seed }) => unlessThrown(runs, () => grantsNeverLeak(runs, seed)),
  },
  {
    name: 'frames',
    runs: 10_000,
    check: ({ runs, seed }) => unlessThrown(runs, () => framesNeverLeak(runs, seed)),
  },
  {
    name: 'messages',
    runs: 100_000,
    check: ({ runs, seed }) => unlessThrown(runs, () => malformedMessagesAreAnswered(runs, seed)),
  },
  { name: 'origins', runs: 10_000, check: async ({ runs, seed }) => originsAreExact(runs, seed) },
  {
    name: 'forged-tokens',
    runs: Object.keys(forgeries).length,
    check: async () => withRemarks(await forgedTokensAreRefused()),
  },
  {
    name: 'token-mutations',
    runs: 100_000,
    check: async ({ runs, seed }) => withRemarks(await tokenMutations(runs, seed)),
  },
  {
    name: 'subscribe-races',
    runs: 2_000,
    throughTwin: async (run) => withRemarks(await subscribeRaces(run)),
  },
  {
    name: 'resume-cycles',
    runs: 1_000,
    throughTwin: async (run) => withRemarks(await resumeCycles(run)),
  },
  { name: 'messages-over-sockets', runs: 3_000, throughTwin: malformedOverSocket },
  {
    name: 'two-hour-cuts',
    runs: 3,
    check: async ({ runs, progress }) =>
      withRemarks(await twoHourCuts({ cuts: runs, speed: cutSpeed, ...(progress && { progress }) })),
  },
];
