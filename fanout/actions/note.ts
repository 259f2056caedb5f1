import pLimit from 'p-limit';
import { coversTarget } from '../grants.ts';
import { limits } from '../limits.ts';
import type { Device, Devices, Held, Push, Subscriptions } from '../ports.ts';
import { errorFrame, type Frame, type RequestOf } from '../protocol.ts';
import { keyOf, type Target } from '../target.ts';
import { echo } from './act.ts';
import { notGranted } from './refusals.ts';

/** Posts under way at once for one note. */
const concurrency = 64;

/** Line feed and tab are text. The others could speak to a receiver's terminal instead of its reader. */
const isControl = (character: string): boolean =>
  character !== '\n' && character !== '\t' && /^\p{Cc}$/u.test(character);

type Ports = {
  subscriptions: Pick<Subscriptions, 'byTarget'>;
  devices: Pick<Devices, 'get'>;
  push: Push;
  now: () => number;
};

/** The connections that get a note: subscribed to exactly that target, with a token that is good and covers it. */
const receivers = async (
  { subscriptions, now }: Ports,
  to: Target,
  device: Device | undefined,
): Promise<string[]> => {
  const rows = await subscriptions.byTarget(keyOf(to));
  const mayHear = rows.filter(
    ({ tokenExpiresAt, grants }) => tokenExpiresAt > now() && coversTarget(grants, to, device),
  );
  return [...new Set(mayHear.map(({ connectionId }) => connectionId))];
};

/** Posts one frame to each, whatever comes of it. All posts have ended when it resolves, or throws. */
const pushAll = async (push: Push, connectionIds: readonly string[], frame: Frame): Promise<void> => {
  const text = JSON.stringify(frame);
  const limit = pLimit(concurrency);
  const posts = connectionIds.map((connectionId) => limit(() => push(connectionId, text)));
  for (const end of await Promise.allSettled(posts)) if (end.status === 'rejected') throw end.reason;
};

const tooLong = (id: string | undefined): Frame =>
  errorFrame('note_too_long', `A note has at most ${limits.noteCharacters} characters; shorten it.`, { id });

const speaksToTerminals = (id: string | undefined): Frame =>
  errorFrame('bad_message', 'Leave control characters out of a note, but for line feed and tab.', { id });

/**
 * `note` → `noted`, and a `note` frame to everyone who subscribed to exactly that target and whose grants cover it, the
 * sender too. At most once: who is gone or slow misses it. Whether anybody heard it the sender does not learn, as that
 * would tell who is watching.
 *
 * The text goes on as it came, 1 to 500 characters (Unicode code points), without control characters but line feed and tab.
 */
export const note =
  (ports: Ports) =>
  async ({ connection }: Held, { id, to, text }: RequestOf<'note'>): Promise<Frame> => {
    const characters = Array.from(text);
    if (characters.length > limits.noteCharacters) return tooLong(id);
    if (characters.some(isControl)) return speaksToTerminals(id);
    const [device] = 'device' in to ? await ports.devices.get([to.device]) : [];
    if (!coversTarget(connection.grants, to, device)) return notGranted(id);
    const at = ports.now();
    const frame: Frame = { type: 'note', to, text, from: connection.principal, at };
    await pushAll(ports.push, await receivers(ports, to, device), frame);
    return { type: 'noted', ...echo(id), at };
  };
