import type { Behaviour } from '../behaviour/behaviour.ts';
import { wallClock } from '../clock.ts';
import { connectionDefaults } from '../connectionSettings.ts';
import { fleetOf, type Device } from '../fleet.ts';
import type { Book } from '../ledger/book.ts';
import { saidInMessage, shaOf } from '../ledger/stamp.ts';
import { unreachable } from '../watchFleet.ts';
import type { ReadingEvent } from '../sender.ts';
import { startFleet, type RunningFleet } from '../startFleet.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import { within } from '../timing.ts';
import { openTransport } from '../transports/openTransport.ts';
import type { FleetSpec } from './scenario.ts';

/** The devices of a fleet. Their ids begin with its name, so that no two fleets share one. */
export const devicesOf = ({ name, count, regions, models }: FleetSpec, seed: string): readonly Device[] =>
  fleetOf(count, regions, `${seed}/${name}`, models).map((device) => ({
    ...device,
    id: `${name}-${device.id}`,
  }));

/** A message that is no reading. */
export type Malformed = { readonly deviceId: string; readonly at: number };

/** All fleets of a scenario, by name. */
export type Fleets = {
  /** Starts one that does not run; rejects with DevicesError `broker_unreachable`. */
  readonly start: (name: string) => Promise<void>;
  /** Stops one that runs, and waits for what is outstanding. */
  readonly stop: (name: string) => Promise<void>;
  readonly stopAll: () => Promise<void>;
  /** Of the fleets that run now or start later; what is returned ends it. */
  readonly apply: (names: readonly string[], behaviour: Behaviour) => () => void;
  readonly connected: () => number;
  readonly malformed: readonly Malformed[];
};

/** Writes down what happens to a message. */
const recorder =
  (book: Pick<Book, 'write'>, malformed: Malformed[]) =>
  (event: ReadingEvent): void => {
    const { deviceId, boot, seq, at, outcome } = event;
    const name = { deviceId, boot, seq };
    if (event.malformed !== undefined) {
      if (outcome === 'attempted' && event.copy !== true) malformed.push({ deviceId, at });
      return;
    }
    if (outcome === 'acknowledged') book.write('acknowledged', { at, ...name });
    else if (outcome !== 'attempted') book.write('discarded', { at, ...name, why: outcome });
    else {
      const said = saidInMessage(telemetryTopic(event.region, deviceId), event.payload);
      if (said !== undefined) book.write('attempted', { at, ...said, sha: shaOf(said) });
    }
  };

const startMs = 10_000;

export const createFleets = (
  {
    broker,
    book,
    seed,
  }: { readonly broker: string; readonly book: Pick<Book, 'write'>; readonly seed: string },
  specs: readonly FleetSpec[],
): Fleets => {
  const running = new Map<string, RunningFleet>();
  /** Of fleets by name, what is to be in effect. */
  const inEffect = new Set<{ readonly names: readonly string[]; readonly behaviour: Behaviour }>();
  const lifts = new Map<object, Map<string, () => void>>();
  const malformed: Malformed[] = [];
  const onReading = recorder(book, malformed);

  const stop = async (name: string): Promise<void> => {
    const fleet = running.get(name);
    running.delete(name);
    await fleet?.stop();
  };
  return {
    start: async (name) => {
      const spec = specs.find((one) => one.name === name);
      if (spec === undefined || running.has(name)) return;
      const limits = { bufferSize: spec.buffer };
      const transport = await openTransport({ ...connectionDefaults, broker }, limits);
      const { rate, behaviours } = spec;
      const fleet = startFleet(
        { clock: wallClock, transport, onReading },
        {
          fleet: devicesOf(spec, seed),
          seed: `${seed}/${name}`,
          rate,
          boot: Math.floor(Date.now() / 1_000),
          behaviours,
        },
      );
      running.set(name, fleet);
      for (const one of inEffect)
        if (one.names.includes(name)) lifts.get(one)?.set(name, fleet.apply(one.behaviour));
      const isLet = await within(wallClock, startMs, fleet.connected);
      if (!isLet && behaviours.length === 0 && running.get(name) === fleet)
        throw unreachable(broker, fleet.counts());
    },
    stop,
    stopAll: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
    apply: (names, behaviour) => {
      const one = { names, behaviour };
      inEffect.add(one);
      const own = new Map<string, () => void>();
      lifts.set(one, own);
      for (const name of names) {
        const fleet = running.get(name);
        if (fleet !== undefined) own.set(name, fleet.apply(behaviour));
      }
      return () => {
        inEffect.delete(one);
        lifts.delete(one);
        for (const lift of own.values()) lift();
      };
    },
    connected: () => [...running.values()].reduce((sum, fleet) => sum + fleet.counts().connected, 0),
    malformed,
  };
};
