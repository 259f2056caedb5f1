import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Target } from '../../fanout/client/telemetryClient.ts';
import type { Local } from '../../infra/local/startLocal.ts';
import { startFleet, type Publisher } from './publisher.ts';
import { seeded } from './random.ts';
import { faultSentence, faultsIn } from './stream.ts';
import { excusesOf, openViewer, subscribeLive } from './viewer.ts';

export type TwinProperty = {
  runs: number;
  seed: number;
  local: Pick<Local, 'webSocketUrl' | 'mqttUrl' | 'sign'>;
  /** Called after each run with how many are done. */
  progress?: (done: number) => void;
};

/**
 * What went wrong, by run; none is what is promised. `gaps` were told, and filled from the history since: on a machine that
 * delivers a reading later than the client has patience for, there are some.
 */
export type Figures = { runs: number; readings: number; gaps?: number; failures: string[] };

const atOnce = 6;
/** Longer than the client's patience with a reading that jumped ahead. */
const patienceMs = 20_000;

const targets = ({ deviceId, region }: Publisher): Target[] => [
  { device: deviceId },
  { region },
  { device: deviceId },
];

/**
 * Subscribes at random instants while devices publish. From the first reading that is handed out on, every one must be,
 * once. The viewer leaves once it has a reading that was published well after `live`.
 */
export const subscribeRaces = async ({ runs, seed, local, progress }: TwinProperty): Promise<Figures> => {
  const random = seeded(seed);
  const { devices, close } = await startFleet(local, { name: `race-${seed}`, everyMs: 40 });
  const failures: string[] = [];
  let readings = 0;
  let gaps = 0;
  let done = 0;

  const race = async (run: number, device: Publisher, to: Target, delayMs: number): Promise<void> => {
    await wait(delayMs);
    const viewer = openViewer(local, `racer-${run % 200}`);
    try {
      await subscribeLive(viewer, to);
      const target = device.acknowledged() + 3;
      await viewer.until(device.deviceId, target, patienceMs);
      await wait(350); // What is late may still come, or come twice.
      const stream = viewer.handed(device.deviceId);
      readings += stream.length;
      gaps += viewer.excuses().length;
      const fault = faultSentence(`run ${run}`, faultsIn(stream, Math.max(...stream)));
      failures.push(...viewer.disordered().map((one) => `run ${run}: ${one}, not marked late`));
      if (fault !== undefined) failures.push(`${fault}; ${excusesOf(viewer)}`);
    } catch (error) {
      failures.push(`run ${run}: ${String(error)}`);
    } finally {
      viewer.client.close();
      progress?.((done += 1));
    }
  };

  const limit = pLimit(atOnce);
  const all = Array.from({ length: runs }, (_, run) => {
    const device = devices[run % devices.length] as Publisher; // one of three
    const to = targets(device)[Math.floor(random() * 3)] as Target; // one of three
    const delayMs = random() * 200;
    return limit(() => race(run, device, to, delayMs));
  });
  await Promise.all(all);
  await close();
  return { runs, readings, gaps, failures };
};
