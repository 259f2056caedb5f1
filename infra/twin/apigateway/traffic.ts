import { workTime, type Clock } from '../clock.ts';
import { stepsOf, type Meter } from '../meter.ts';

/** What one API's connections carry, told as it happens. Bytes are those of payloads, without frame headers. */
export type Traffic = {
  opened: () => void;
  closed: () => void;
  received: (bytes: number) => void;
  sent: (bytes: number) => void;
};

const unmetered: Traffic = {
  opened: () => undefined,
  closed: () => undefined,
  received: () => undefined,
  sent: () => undefined,
};

/** "Messages are metered in 32 KB increments" (API Gateway pricing, WebSocket APIs). */
const messageStep = 32 * 1024;
/** How far the meter may lag behind what open connections have lasted, ms of wall time. */
const lagMs = 1_000;

/**
 * Meters the traffic of the API of this id. Connection time is the number of open connections summed up over time, so
 * that those still open count too.
 */
export const meterTraffic = (meter: Pick<Meter, 'add'> | undefined, apiId: string, clock: Clock): Traffic => {
  if (meter === undefined) return unmetered;
  let open = 0;
  let countedAt = clock.now();
  let cancel = (): void => undefined;
  const count = (change: number): void => {
    const now = clock.now();
    if (open > 0) meter.add('websocket.connection-ms', apiId, open * (now - countedAt));
    countedAt = now;
    open += change;
  };
  const tick = (): void => {
    count(0);
    if (open > 0) cancel = clock.after(workTime(clock, lagMs), tick);
  };
  const message = (bytes: number): void =>
    meter.add('websocket.messages', apiId, stepsOf(bytes, messageStep));
  return {
    opened: () => {
      count(1);
      if (open === 1) tick();
    },
    closed: () => {
      count(-1);
      if (open === 0) cancel();
    },
    received: message,
    sent: (bytes) => {
      message(bytes);
      meter.add('websocket.bytes-out', apiId, bytes);
    },
  };
};
