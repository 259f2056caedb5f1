import type { Behaviour } from '../behaviour/behaviour.ts';
import { wallClock } from '../clock.ts';
import { mergedCounts } from '../progress.ts';
import type { ReadingEvent } from '../sender.ts';
import { startFleet, type RunningFleet } from '../startFleet.ts';
import type { Counts } from '../tally.ts';
import { within } from '../timing.ts';
import { openTransport } from '../transports/openTransport.ts';
import { unreachable } from '../watchFleet.ts';
import { tellingRefusals, type Happening } from './happenings.ts';
import type { PreparedFleet } from './loadFleets.ts';

type Ports = {
  readonly seed: string;
  readonly onReading: (event: ReadingEvent) => void;
  readonly happened: (one: Happening) => void;
  /** The way to the broker; another one for tests. */
  readonly open?: typeof openTransport;
};

/** A fleet that can be started and stopped again and again. */
export type ScenarioFleet = {
  /** Starts it if it does not run; rejects with DevicesError `broker_unreachable`. */
  readonly start: () => Promise<void>;
  /** Stops it if it runs, and waits for what is outstanding. */
  readonly stop: () => Promise<void>;
  /** Now if it runs, and when it starts; what is returned ends it. */
  readonly apply: (behaviour: Behaviour) => () => void;
  /** Of all its runs together; `connected` now. */
  readonly counts: () => Counts;
};

const startMs = 10_000;

/** Starts the devices of a fleet, each with this number of its start. */
const startWith = async (
  { seed, onReading, happened, open = openTransport }: Ports,
  { spec, fleet, connection, login, wrongLogin }: PreparedFleet,
  boot: number,
): Promise<RunningFleet> => {
  const { name, rate, behaviours, buffer: bufferSize } = spec;
  const transport = tellingRefusals(await open(connection, { bufferSize }), happened);
  return startFleet(
    { clock: wallClock, transport, onReading },
    { fleet, seed: `${seed}/${name}`, rate, boot, behaviours, login, ...(wrongLogin && { wrongLogin }) },
  );
};

export const scenarioFleet = (ports: Ports, prepared: PreparedFleet): ScenarioFleet => {
  const { behaviours } = prepared.spec;
  const inEffect = new Set<{ readonly behaviour: Behaviour; lift?: () => void }>();
  const runs: RunningFleet[] = [];
  /** The highest `boot` of any device: after so many reboots, seconds since the epoch might repeat one. */
  let highest = 0;
  let opening: Promise<RunningFleet> | undefined;
  let running: RunningFleet | undefined;
  let stopping: Promise<unknown> = Promise.resolve();

  const onReading = (event: ReadingEvent): void => {
    highest = Math.max(highest, event.boot);
    ports.onReading(event);
  };
  const open = async (): Promise<RunningFleet> => {
    await stopping; // Else the broker would throw out who goes for who comes.
    const boot = Math.max(highest + 1, Math.floor(Date.now() / 1_000));
    const fleet = await startWith({ ...ports, onReading }, prepared, boot);
    running = fleet;
    runs.push(fleet);
    for (const one of inEffect) one.lift = fleet.apply(one.behaviour);
    return fleet;
  };
  return {
    start: async () => {
      const fleet = await (opening ??= open());
      const isLet = await within(wallClock, startMs, fleet.connected);
      if (!isLet && behaviours.length === 0 && running === fleet)
        throw unreachable(prepared.connection.broker, fleet.counts());
    },
    stop: async () => {
      const begun = opening;
      opening = undefined;
      if (begun !== undefined)
        stopping = begun.then((fleet) => {
          running = undefined;
          return fleet.stop();
        });
      await stopping;
    },
    apply: (behaviour) => {
      const one: { readonly behaviour: Behaviour; lift?: () => void } = { behaviour };
      if (running !== undefined) one.lift = running.apply(behaviour);
      inEffect.add(one);
      return () => {
        inEffect.delete(one);
        one.lift?.();
      };
    },
    counts: () => ({
      ...mergedCounts(runs.map((run) => run.counts())),
      connected: running?.counts().connected ?? 0,
    }),
  };
};
