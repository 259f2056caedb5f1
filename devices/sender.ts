import { telemetryTopic } from '../ingest/topic.ts';
import type { Malformation } from './behaviour/behaviour.ts';
import type { Utterance } from './behaviour/manners.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import type { Link } from './link.ts';
import type { Fate, Tally } from './tally.ts';

/** What happens to one message: first `attempted`, before it is handed to the transport; then its fate. */
export type ReadingEvent = {
  readonly deviceId: string;
  readonly region: string;
  readonly type: string;
  readonly boot: number;
  readonly seq: number;
  /** What the device said that its clock said. */
  readonly ts: number;
  /** Epoch ms at which this happened, by this machine's clock. */
  readonly at: number;
  readonly outcome: 'attempted' | Fate;
  readonly payload: string;
  /** The payload is none that can be read: see `Behaviour`. Its `seq` is used up all the same. */
  readonly malformed?: Malformation;
  /** A copy of a message that had its own events. */
  readonly copy?: true;
};

type Ports = {
  readonly clock: Clock;
  readonly tally: Pick<Tally, 'published' | 'settled'>;
  /** Called whenever the fate of a message is known. */
  readonly settled: () => void;
  readonly onReading?: ((event: ReadingEvent) => void) | undefined;
};

export type Sender = {
  /** Hands messages to the link. */
  send: (utterances: readonly Utterance[]) => void;
  /** Counts messages that never came to the link. */
  forget: (utterances: readonly Utterance[]) => void;
};

/** Counts a device's messages and tells what becomes of them. */
export const sender = (
  { clock, tally, settled, onReading }: Ports,
  { id: deviceId, region, type }: Device,
  link: Pick<Link, 'publish'>,
): Sender => {
  const topic = telemetryTopic(region, deviceId);
  /** Returns what tells its fate. */
  const attempt = (utterance: Utterance): ((fate: Fate) => void) => {
    const tell = (outcome: ReadingEvent['outcome']): void =>
      onReading?.({ deviceId, region, type, ...utterance, at: clock.now(), outcome });
    const sentAt = clock.elapsed();
    tell('attempted');
    tally.published();
    return (fate) => {
      tally.settled(fate, clock.elapsed() - sentAt);
      tell(fate);
      settled();
    };
  };
  const sendOne = async (utterance: Utterance): Promise<void> => {
    const settle = attempt(utterance);
    settle(await link.publish({ topic, payload: utterance.payload }));
  };
  return {
    send: (utterances) => {
      for (const utterance of utterances) void sendOne(utterance);
    },
    forget: (utterances) => {
      for (const utterance of utterances) attempt(utterance)('forgotten');
    },
  };
};
