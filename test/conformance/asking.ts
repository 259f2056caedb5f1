import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ErrorCode, Frame, FrameOf } from '../../fanout/protocol.ts';
import type { RawClient } from './rawClient.ts';

/** Fails unless the frame is of the type, which it then is to the compiler too. */
export function isFrame<T extends Frame['type']>(frame: Frame, type: T): asserts frame is FrameOf<T> {
  assert.equal(frame.type, type, `expected ${type}, got ${JSON.stringify(frame)}`);
}

/** Waits as a well-behaved client does where the edge asks for it; gives up after ten times. */
export const askPatiently = async (client: RawClient, request: Record<string, unknown>): Promise<Frame> => {
  for (let times = 0; times < 10; times += 1) {
    const answer = await client.ask(request);
    if (answer.type !== 'error' || answer.code !== 'rate_limited') return answer;
    await wait((answer.retryAfterMs ?? 0) + 20);
  }
  throw new Error('Rate limited ten times in a row, though waiting as told.');
};

/** Fails unless the edge answers with this error, and echoes the id. */
export const refused = async (
  client: RawClient,
  request: Record<string, unknown>,
  code: ErrorCode,
): Promise<FrameOf<'error'>> => {
  const answer = await askPatiently(client, request);
  isFrame(answer, 'error');
  assert.equal(answer.code, code, JSON.stringify(answer));
  assert.match(answer.message, /^\S.*\.$/s, 'a message is a sentence');
  return answer;
};

/** Subscribes and takes the whole series up to `live`, or the error in its place. */
export const series = async (
  client: RawClient,
  request: { id: string } & Record<string, unknown>,
): Promise<Frame[]> => {
  const begun = client.frames.length;
  client.send({ action: 'subscribe', ...request });
  for (;;) {
    const frame = await client.answerTo(request.id);
    if (frame.type === 'error' && frame.code === 'rate_limited') {
      await wait((frame.retryAfterMs ?? 0) + 20);
      client.send({ action: 'subscribe', ...request });
      continue;
    }
    if (frame.type !== 'live' && frame.type !== 'error') continue;
    // Batches have no id: they are those that came between.
    return client.frames
      .slice(begun)
      .filter((one) => one.type === 'sensor_batch' || ('id' in one && one.id === request.id))
      .filter((one) => one.type !== 'error' || one.code !== 'rate_limited');
  }
};

/** Subscribes and fails unless it ends with `live`. */
export const subscribe = async (
  client: RawClient,
  request: { id: string } & Record<string, unknown>,
): Promise<Frame[]> => {
  const frames = await series(client, request);
  assert.equal(frames.at(-1)?.type, 'live', JSON.stringify(frames.at(-1)));
  return frames;
};

export const typesOf = (frames: readonly Frame[]): string[] => frames.map(({ type }) => type);

/** Every update that came, of batches too, in the order of coming. */
export const updatesIn = (frames: readonly Frame[]): FrameOf<'sensor_update'>[] =>
  frames.flatMap((frame) =>
    frame.type === 'sensor_update' ? [frame] : frame.type === 'sensor_batch' ? frame.updates : [],
  );

/** Waits until the updates so far fulfil a condition; fails after 15 s. */
export const updatesUntil = async (
  client: RawClient,
  isEnough: (updates: FrameOf<'sensor_update'>[]) => boolean,
  what: string,
): Promise<FrameOf<'sensor_update'>[]> => {
  for (let waited = 0; waited < 15_000; waited += 25) {
    const updates = updatesIn(client.frames);
    if (isEnough(updates)) return updates;
    await wait(25);
  }
  const updates = updatesIn(client.frames);
  const last = updates.slice(-10).map(({ deviceId, seq }) => `${deviceId} ${seq}`);
  throw new Error(`Within 15 s not ${what}; the last of ${updates.length} updates: ${last.join(', ')}`);
};
