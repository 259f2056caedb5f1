import { checkWhom } from './behaviour/checkWhom.ts';
import type { Clock } from './clock.ts';
import { loadFleet, wrongLoginFor } from './loadFleet.ts';
import { seedOf, unitAt } from './models/noise.ts';
import type { ResolvedSettings } from './settings.ts';
import { type FleetPlan, type RunningFleet, startFleet } from './startFleet.ts';
import type { Transport } from './transport.ts';
import { openTransport } from './transports/openTransport.ts';

type Ports = { readonly clock: Clock; readonly transport?: Transport | undefined };

/** Numbers in [0, 1) from a seed, one after the other. */
const draws = (seed: string): (() => number) => {
  const from = seedOf(seed);
  let n = 0;
  return () => unitAt(from, n++);
};

/**
 * Reads all files, makes the devices and the transport that the settings describe, and returns what starts them, or the
 * part of them that is said. Throws DevicesError `bad_usage` or `bad_file`.
 */
export const preparePart = async (
  { clock, transport }: Ports,
  settings: ResolvedSettings,
  part: NonNullable<FleetPlan['part']> = { index: 0, of: 1 },
): Promise<() => RunningFleet> => {
  const { rate, boot, seed, durationMs, behaviours } = settings;
  const { fleet, login, connection } = await loadFleet(settings, settings.connection);
  checkWhom(fleet, behaviours);
  const random = draws(`${seed}/reconnections/${part.index}`);
  const own = transport ?? (await openTransport(connection, { random }));
  const wrongLogin = await wrongLoginFor(connection.broker);
  const plan = { fleet, part, rate, boot, seed, durationMs, behaviours, login, wrongLogin };
  return () => startFleet({ clock, transport: own }, plan);
};
