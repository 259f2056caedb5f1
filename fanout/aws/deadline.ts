import type { Context } from 'aws-lambda';
import type { Send } from '../ports.ts';

/** What an invocation keeps for handing over what it could not send, and for its metrics, ms. */
const reserveMs = 2_500;

/** Until when this invocation may push, epoch ms. */
export const pushUntil = ({ getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>): number =>
  Date.now() + getRemainingTimeInMillis() - reserveMs;

/** Sends nothing any more once the time has come: rejects then, so that what is unfinished fails instead of being cut off. */
export const sendingUntil =
  (send: Send, until: number): Send =>
  (frame) =>
    Date.now() > until
      ? Promise.reject(new Error('There is no time left to send the rest of the answer.'))
      : send(frame);
