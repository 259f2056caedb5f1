import { wallClock } from '../clock.ts';
import { DevicesError } from '../devicesError.ts';
import { watchEventLoop } from '../eventLoop.ts';
import type { RunningFleet } from '../startFleet.ts';
import { preparePart } from '../preparePart.ts';
import { every } from '../timing.ts';
import type { Order, Report } from './messages.ts';

/** One of several processes that share a fleet: does as the main process says by messages, and ends with it. */

const countsMs = 250;

const tell = (report: Report): void => void process.send?.(report);

const run = (fleet: RunningFleet) => {
  const eventLoop = watchEventLoop();
  const stopCounts = every(wallClock, countsMs, () =>
    tell({ kind: 'counts', counts: fleet.counts(), eventLoopMs: eventLoop.p99() }),
  );
  void fleet.connected.then(() => tell({ kind: 'connected' }));
  void fleet.over.then(() => tell({ kind: 'over' }));
  return async (): Promise<void> => {
    // Of the run, not of its end: reading sockets that all close says nothing.
    const eventLoopMs = eventLoop.p99();
    stopCounts();
    const counts = await fleet.stop();
    tell({ kind: 'stopped', counts, eventLoopMs });
    process.disconnect();
  };
};

let prepared: (() => RunningFleet) | undefined;
let stop: (() => Promise<void>) | undefined;

const obey = async (order: Order): Promise<void> => {
  switch (order.kind) {
    case 'prepare':
      prepared = await preparePart({ clock: wallClock }, order.settings, order.part);
      tell({ kind: 'prepared' });
      return;
    case 'start':
      if (prepared !== undefined) stop = run(prepared());
      return;
    case 'stop':
      if (stop === undefined) process.disconnect();
      else await stop();
  }
};

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    if (!(error instanceof DevicesError)) throw error;
    tell({ kind: 'failed', code: error.code, message: error.message });
  });
});
// Ctrl-C reaches the whole process group: the main process decides, and says `stop`.
process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
// The main process is gone or has all it wants.
process.on('disconnect', () => process.exit());
