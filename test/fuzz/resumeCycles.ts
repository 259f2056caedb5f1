import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { startFleet, type Publisher } from './publisher.ts';
import { seeded } from './random.ts';
import { startCuttableProxy, type CutSide } from './cuttableProxy.ts';
import { faultSentence, faultsIn } from './stream.ts';
import type { Figures, TwinProperty } from './subscribeRaces.ts';
import { excusesOf, openViewer, subscribeLive } from './viewer.ts';

const sides: readonly CutSide[] = ['client', 'edge', 'both'];
const atOnce = 6;
/** Losses of one client, one after the other: recovery must work again after it worked. */
const lossesEach = 4;
const patienceMs = 60_000;

/** Of which leg of a connection, and how long after the one before. */
type Loss = { afterMs: number; side: CutSide };

/**
 * Cuts connections without a word at random instants, before, while and after a client catches up. From the first
 * reading handed out to one published after the last loss every one must be, once.
 */
export const resumeCycles = async ({ runs, seed, local, progress }: TwinProperty): Promise<Figures> => {
  const random = seeded(seed);
  const { devices, close } = await startFleet(local, { name: `resume-${seed}`, everyMs: 60 });
  const failures: string[] = [];
  let readings = 0;
  let gaps = 0;
  let done = 0;

  const cycles = async (n: number, device: Publisher, losses: readonly Loss[]): Promise<void> => {
    const proxy = await startCuttableProxy(local.webSocketUrl);
    const viewer = openViewer({ ...local, webSocketUrl: proxy.url }, `resumer-${n % 200}`);
    try {
      await subscribeLive(viewer, n % 2 === 0 ? { device: device.deviceId } : { region: device.region });
      for (const { afterMs, side } of losses) {
        await wait(afterMs);
        proxy.cut(side);
        progress?.((done += 1));
      }
      await viewer.until(device.deviceId, device.acknowledged() + 3, patienceMs);
      await wait(350); // What is late may still come, or come twice.
      const stream = viewer.handed(device.deviceId);
      readings += stream.length;
      gaps += viewer.excuses().length;
      const fault = faultSentence(`client ${n}`, faultsIn(stream, Math.max(...stream)));
      const excuses = viewer.excuses();
      failures.push(...viewer.disordered().map((one) => `client ${n}: ${one}, not marked late`));
      if (fault !== undefined) failures.push(`${fault}; ${excusesOf(viewer)}`);
      else if (excuses.includes('not recovered'))
        failures.push(`client ${n}: nothing was lost, but it was told so`);
    } catch (error) {
      failures.push(`client ${n}: ${String(error)}`);
    } finally {
      viewer.client.close();
      await proxy.close();
    }
  };

  const limit = pLimit(atOnce);
  const clients = Math.ceil(runs / lossesEach);
  const all = Array.from({ length: clients }, (_, n) => {
    const device = devices[n % devices.length] as Publisher; // one of three
    const losses = Array.from({ length: Math.min(lossesEach, runs - n * lossesEach) }, () => ({
      afterMs: random() * 1_500,
      side: sides[Math.floor(random() * 3)] ?? 'both',
    }));
    return limit(() => cycles(n, device, losses));
  });
  await Promise.all(all);
  await close();
  return { runs, readings, gaps, failures };
};
