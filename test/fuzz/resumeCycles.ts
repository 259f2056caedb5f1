import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { startPublisher, type Publisher } from './publisher.ts';
import { seeded } from './random.ts';
import { faultSentence, faultsIn } from './stream.ts';
import type { Figures, TwinProperty } from './subscribeRaces.ts';
import { openViewer, subscribeLive } from './viewer.ts';

const atOnce = 12;
/** Losses of one client, one after the other: recovery must work again after it worked. */
const lossesEach = 4;
const patienceMs = 60_000;

/**
 * Cuts connections without a word at random instants, before, while and after a client catches up. From the first
 * reading handed out to one published after the last loss every one must be, once.
 */
export const resumeCycles = async ({ runs, seed, local, progress }: TwinProperty): Promise<Figures> => {
  const random = seeded(seed);
  const devices = await Promise.all(
    [0, 1, 2].map((n) =>
      startPublisher(local.mqttUrl, { deviceId: `resume-${seed}-${n}`, region: `resume-${n}`, everyMs: 60 }),
    ),
  );
  const failures: string[] = [];
  let readings = 0;
  let done = 0;

  const cycles = async (n: number, device: Publisher, delays: readonly number[]): Promise<void> => {
    const viewer = openViewer(local, `resumer-${n % 200}`);
    try {
      await subscribeLive(viewer, n % 2 === 0 ? { device: device.deviceId } : { region: device.region });
      for (const delayMs of delays) {
        await wait(delayMs);
        viewer.sockets.cut();
        progress?.((done += 1));
      }
      await viewer.until(device.deviceId, device.acknowledged() + 3, patienceMs);
      await wait(350); // What is late may still come, or come twice.
      const stream = viewer.handed(device.deviceId);
      readings += stream.length;
      const fault = faultSentence(`client ${n}`, faultsIn(stream, Math.max(...stream)));
      const excuses = viewer.excuses();
      if (fault !== undefined) failures.push(`${fault}; ${excuses.join('; ') || 'in silence'}`);
      else if (excuses.includes('not recovered'))
        failures.push(`client ${n}: nothing was lost, but it was told so`);
    } catch (error) {
      failures.push(`client ${n}: ${String(error)}`);
    } finally {
      viewer.client.close();
    }
  };

  const limit = pLimit(atOnce);
  const clients = Math.ceil(runs / lossesEach);
  const all = Array.from({ length: clients }, (_, n) => {
    const device = devices[n % devices.length] as Publisher; // one of three
    const losses = Math.min(lossesEach, runs - n * lossesEach);
    const delays = Array.from({ length: losses }, () => random() * 1_500);
    return limit(() => cycles(n, device, delays));
  });
  await Promise.all(all);
  await Promise.all(devices.map(({ close }) => close()));
  return { runs, readings, failures };
};
