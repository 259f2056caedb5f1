import { bootTwin } from '../../infra/twin/boot.ts';
import { scaledClock } from '../../infra/twin/clock.ts';
import { killsStack, type Life } from './killsStack.ts';

// One life of a twin, in a process of its own so that it can be killed. It loads, waits to be told, and boots.

/** So fast that AWS's 100 publishes per second and connection hold nobody up. */
const speed = 100;

const boot = async ({ way, data, ports }: Life): Promise<void> => {
  await bootTwin({
    stack: killsStack({ way, data }),
    ports,
    data,
    clock: scaledClock(speed),
    report: (line) => void process.stderr.write(`${line}\n`),
    log: () => undefined,
  });
};

process.once('disconnect', () => process.exit()); // Whoever was to kill it is gone.
// A cast: its only caller sends this.
process.once('message', (life) => void boot(life as Life).then(() => process.send?.('ready')));
process.send?.('loaded');
