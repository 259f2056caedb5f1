import type { Clock } from '../clock.ts';
import type { Packet } from './frame.ts';
import { maxPublishesPerSecond } from './limits.ts';
import { judge, packetType, protocolLevel, type Verdict } from './packetRules.ts';
import { createPublishQuota } from './publishQuota.ts';

/** The rules as they apply to one connection: some depend on its protocol level and on what it has sent before. */
export type ConnectionRules = {
  judge: (packet: Packet) => Verdict;
  /** 4 or 5 once a CONNECT has come (or whatever it said), undefined before. */
  level: () => number | undefined;
};

const overQuota = `a connection publishes more than ${maxPublishesPerSecond} messages in a second, the excess is discarded`;

export const createConnectionRules = (clock: Clock): ConnectionRules => {
  const quota = createPublishQuota();
  let level: number | undefined;
  return {
    level: () => level,
    judge: (packet) => {
      if (packet.type === packetType.connect) level ??= protocolLevel(packet);
      const verdict = judge(packet, level);
      if (packet.type !== packetType.publish || verdict.kind !== 'pass') return verdict;
      const use = quota(clock.now());
      if (use === 'within') return verdict;
      return { kind: 'discard', reason: use === 'first over' ? overQuota : undefined };
    },
  };
};
