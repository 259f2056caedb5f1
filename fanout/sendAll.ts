import type { Answering } from './actions/act.ts';
import type { Send } from './ports.ts';
import type { ErrorFrame, Frame } from './protocol.ts';

/** Between one try and the next, ms. */
const pauses = [100, 300, 900];

/** False if the connection is gone. Throws if the edge does not take the frame: an answer is never sent with a hole in it. */
const post = async (send: Send, frame: Frame, wait: (ms: number) => Promise<void>): Promise<boolean> => {
  for (const pause of [...pauses, undefined]) {
    const outcome = await send(frame);
    if (outcome === 'delivered') return true;
    if (outcome === 'gone') return false;
    if (outcome === 'refused') throw new Error(`The edge refused a frame "${frame.type}".`);
    if (pause !== undefined) await wait(pause);
  }
  throw new Error(`The edge did not take a frame "${frame.type}" in ${pauses.length + 1} tries.`);
};

/**
 * Sends all frames of an answer but the last, in order, and resolves to that one. `refusal` is asked before each: the
 * frame that it gives ends the answer instead. Undefined when the connection is gone.
 */
export const sendAll =
  ({ wait }: { wait: (ms: number) => Promise<void> }) =>
  async (
    answering: Promise<Frame> | Answering,
    send: Send,
    refusal: () => ErrorFrame | undefined,
  ): Promise<Frame | undefined> => {
    if (answering instanceof Promise) {
      const only = await answering;
      return refusal() ?? only;
    }
    for (;;) {
      const { done, value: frame } = await answering.next();
      const refused = refusal();
      if (refused !== undefined) return refused;
      if (done === true) return frame;
      if (!(await post(send, frame, wait))) return undefined;
    }
  };
