import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../fanout/limits.ts';
import { parseRequest } from '../../fanout/parseRequest.ts';
import { bearerPrefix, subprotocol } from '../../fanout/protocol.ts';
import { seeded, type Below } from '../../fanout/seeded.testing.ts';
import { connectRaw, type RawClient } from '../conformance/rawClient.ts';
import type { TwinProperty } from './subscribeRaces.ts';

const requests = [
  '{"action":"hello","id":"a","client":"x"}',
  '{"action":"subscribe","id":"a","to":{"device":"d"},"where":[{"field":"x","op":">","value":1}],"maxRate":2}',
  '{"action":"unsubscribe","id":"a"}',
  '{"action":"history","device":"d","limit":3}',
  '{"action":"note","to":{"region":"r"},"text":"hi"}',
  '{"action":"explain","device":"d"}',
  '{"action":"authenticate","token":"a.b.c"}',
  '{"action":"ping","at":1}',
];
const characters = '{ } [ ] " : , \\ \u0000 \ufeff \ud800 🙂 1e999 -0 null NaN'.split(' ');
const members = ['"__proto__":{}', '"constructor":1', '"action":"ping",'];
const lengths = ['{"a":'.repeat(400), '['.repeat(2_000), ' '.repeat(500), 'ö'.repeat(1_000)];
const pieces = [...characters, ...members, ...lengths];

const mutated = (text: string, below: Below): string => {
  const at = below(text.length + 1);
  if (below(3) === 0) return text.slice(0, at) + text.slice(at + 1 + below(6));
  return text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at + below(3));
};

/** A text that is no request and fits a frame. */
const malformed = (below: Below): string => {
  for (;;) {
    let text = requests[below(requests.length)] ?? '';
    for (let times = 1 + below(4); times > 0; times -= 1) text = mutated(text, below);
    if (!parseRequest(text).ok && Buffer.byteLength(text) < limits.frameBytes) return text;
  }
};

const sockets = 10;
/** A little less than the bucket gives, so that now and then one is refused for that: an error all the same. */
const everyMs = 900 / limits.actionsPerSecond;

const converse = async (client: RawClient, texts: readonly string[], told: () => void): Promise<void> => {
  for (const text of texts) {
    client.send(text);
    await Promise.all([wait(everyMs), client.next('error')]);
    told();
  }
  if (client.frames.length !== texts.length)
    throw new Error(`${client.frames.length} frames for ${texts.length} messages`);
  if (client.violations.length > 0) throw new Error(client.violations.join('; '));
  await wait(1_000); // For the bucket.
  const answer = await client.ask({ action: 'hello' });
  if (answer.type !== 'welcome') throw new Error(`the socket is of no use: ${JSON.stringify(answer)}`);
};

/** Sends what is no request over real sockets: each has one answer, an error, and the socket is of use afterwards. */
export const malformedOverSocket = async ({ runs, seed, local, progress }: TwinProperty) => {
  const failures: string[] = [];
  let done = 0;
  const talk = async (socket: number): Promise<void> => {
    const below = seeded(seed + socket);
    const count = Math.floor(runs / sockets) + (socket < runs % sockets ? 1 : 0);
    const texts = Array.from({ length: count }, () => malformed(below));
    const token = await local.sign({ subject: `malformed-${socket}`, groups: ['*'], expiresIn: '1h' });
    const protocols = [subprotocol, `${bearerPrefix}${token}`];
    const client = await connectRaw(local.webSocketUrl, { protocols });
    let sent = 0;
    try {
      await converse(client, texts, () => {
        sent += 1;
        progress?.((done += 1));
      });
    } catch (error) {
      failures.push(`socket ${socket}, message ${sent} ${JSON.stringify(texts[sent])}: ${String(error)}`);
    } finally {
      client.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(sockets, runs) }, (_, socket) => talk(socket)));
  return { runs, failures };
};
