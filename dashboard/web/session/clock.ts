import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ClockReading, TelemetryClient } from '../../../fanout/client/telemetryClient.ts';

/** Epoch ms by this browser's clock; moves once a second. */
const browserNow = signal(Date.now());
export const browserSecond: ReadonlySignal<number> = browserNow;
setInterval(() => (browserNow.value = Date.now()), 1_000);

const reading = signal<ClockReading>({ aheadMs: 0, roundTripMs: Infinity });

/** Epoch ms by the server's clock, which stamped the readings, to the ms. */
export const serverNow = (): number => Date.now() + reading.peek().aheadMs;

/** The same for components: moves once a second. */
export const serverSecond: ReadonlySignal<number> = computed(() => browserNow.value + reading.value.aheadMs);

/** How far the server's clock is ahead of this browser's, ms. */
export const clockAheadMs: ReadonlySignal<number> = computed(() => reading.value.aheadMs);

/** How sure {@link serverNow} is: it is right within so many ms. Infinity before the server was asked. */
export const clockErrorMs: ReadonlySignal<number> = computed(() => reading.value.roundTripMs / 2);

/** Until the server was asked: the time of its welcome is older by the way it took. */
export const guessServerTime = (serverTime: number): void => {
  if (reading.peek().roundTripMs === Infinity)
    reading.value = { aheadMs: serverTime - Date.now(), roundTripMs: Infinity };
};

const atOnce = 4;
const againMs = 5 * 60_000;

/** Of several answers the one with the shortest round trip counts. Clocks drift: those of another time do not. */
const readServerClock = async (client: TelemetryClient): Promise<void> => {
  let best: ClockReading | undefined;
  for (let n = 0; n < atOnce; n += 1) {
    const answer = await client.readClock();
    if (answer.ok && answer.roundTripMs < (best?.roundTripMs ?? Infinity)) best = answer;
  }
  if (best !== undefined) reading.value = { aheadMs: best.aheadMs, roundTripMs: best.roundTripMs };
};

/** Asks the server what time it is, whenever it is live again, and every five minutes. */
export const keepServerClock = (client: TelemetryClient): void => {
  client.on('state', (state) => state === 'live' && void readServerClock(client));
  setInterval(() => client.state === 'live' && void readServerClock(client), againMs);
};
