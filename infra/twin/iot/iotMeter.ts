import { Buffer } from 'node:buffer';
import type { Clock } from '../clock.ts';
import { stepsOf, type Meter } from '../meter.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import type { Rule } from './ruleDefinition.ts';

/** AWS IoT Core pricing, "Messaging" and "Rules Engine": by 5 KB of topic and payload. */
const stepBytes = 5 * 1024;

type Sized = { topic: string; payload: Buffer | string };

const stepsIn = ({ topic, payload }: Sized): number =>
  stepsOf(Buffer.byteLength(topic) + Buffer.byteLength(payload), stepBytes);

export type RuleMeter = (
  rule: Pick<Rule, 'name' | 'actions'>,
  message: PublishedMessage,
  passed: boolean,
) => void;

/**
 * Counts a rule that a message has reached and its actions, "with a minimum of one action per rule" (AWS IoT Core
 * pricing). Whether one whose WHERE is not true costs anything is not said there; here it costs that minimum.
 */
export const createRuleMeter =
  ({ add }: Pick<Meter, 'add'>): RuleMeter =>
  ({ name, actions }, message, passed) => {
    const steps = stepsIn(message);
    add('iot.rules', name, steps);
    add('iot.actions', name, steps * (passed ? Math.max(1, actions.length) : 1));
  };

export type MessageMeter = {
  published: (message: Sized) => void;
  delivered: (message: Sized) => void;
  connected: (client: object) => void;
  /** Nothing happens when it was not connected. */
  disconnected: (client: object) => void;
  /** Counts no more connections. */
  close: () => void;
};

/** How often the time of connections that last is added. */
const tickMs = 1_000;

/**
 * Counts messages either way, CONNECTs, which are metered as messages too ("AWS IoT Core additional metering details"),
 * and the time of connections. Not counted: SUBSCRIBEs, PUBACKs of clients, retained messages.
 */
export const createMessageMeter = ({ add }: Pick<Meter, 'add'>, clock: Clock): MessageMeter => {
  const connections = new Set<object>();
  let since = clock.now();
  let cancel = (): void => undefined;

  const addTime = (): void => {
    const now = clock.now();
    if (connections.size > 0) add('iot.connection-ms', 'broker', connections.size * (now - since));
    since = now;
  };
  const tick = (): void => {
    addTime();
    cancel = clock.after(tickMs, tick);
  };
  cancel = clock.after(tickMs, tick);
  return {
    published: (message) => add('iot.messages', 'published', stepsIn(message)),
    delivered: (message) => add('iot.messages', 'delivered', stepsIn(message)),
    connected: (client) => {
      addTime();
      connections.add(client);
      add('iot.messages', 'connected', 1);
    },
    disconnected: (client) => {
      addTime();
      connections.delete(client);
    },
    close: () => {
      addTime();
      cancel();
    },
  };
};
