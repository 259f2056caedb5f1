import type { ClientClock } from '../../fanout/client/telemetryClient.ts';
import { limits } from '../../fanout/limits.ts';
import { scaledClock, type Clock } from '../../infra/twin/clock.ts';
import { startForTest } from '../local.ts';
import { startPublisher } from './publisher.ts';
import { faultSentence, faultsIn } from './stream.ts';
import type { Figures } from './subscribeRaces.ts';
import { excusesOf, openViewer, subscribeLive } from './viewer.ts';

/** Shorter waits put updates in order, which come no faster on a fast clock. */
const shortMs = 1_000;

/** The client's time, as fast as the twin's. */
const clientClock = (clock: Clock, speed: number): ClientClock => ({
  now: clock.now,
  setTimeout: (action, ms) => setTimeout(action, ms < shortMs ? ms : ms / speed),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout), // what setTimeout above gave
});

/**
 * Lives through `cuts` two-hour cuts on a clock that runs `speed` times as fast. No reading may be missing or come
 * twice, and never may there be more than one socket beside the one that counts.
 */
export const twoHourCuts = async ({
  cuts,
  speed,
  progress,
}: {
  cuts: number;
  speed: number;
  progress?: (done: number) => void;
}): Promise<Figures & { mostSockets: number; connections: number }> => {
  const clock = scaledClock(speed);
  const local = await startForTest({ clock });
  const device = await startPublisher(local.mqttUrl, { deviceId: 'clock-1', region: 'time', everyMs: 100 });
  const viewer = openViewer(local, 'traveller', {
    clock: clientClock(clock, speed),
    answerWithinMs: 10_000 * speed,
  });
  const connections = new Set<string>();
  viewer.client.on('frame', (frame) => {
    if (frame.type === 'welcome') connections.add(frame.connectionId);
  });
  const failures: string[] = [];
  try {
    await subscribeLive(viewer, { region: 'time' });
    for (let cut = 1; cut <= cuts; cut += 1) {
      await new Promise((resolve) => setTimeout(resolve, limits.connectionMs / speed));
      progress?.(cut);
    }
    await viewer.until('clock-1', device.acknowledged() + 3, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stream = viewer.handed('clock-1');
    const fault = faultSentence('the viewer', faultsIn(stream, Math.max(...stream)));
    if (fault !== undefined) failures.push(`${fault}; ${excusesOf(viewer)}`);
  } catch (error) {
    failures.push(String(error));
  }
  if (connections.size <= cuts) failures.push(`only ${connections.size} connections: nothing was cut`);
  if (viewer.sockets.most() > 2) failures.push(`${viewer.sockets.most()} sockets were open at once`);
  const readings = viewer.handed('clock-1').length;
  viewer.client.close();
  await device.close();
  await local.close();
  return {
    runs: cuts,
    readings,
    gaps: viewer.excuses().length,
    failures,
    mostSockets: viewer.sockets.most(),
    connections: connections.size,
  };
};
