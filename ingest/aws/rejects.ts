import type { SendMessage } from '../../fanout/aws/api/sendMessage.ts';
import type { Rejects } from '../ports.ts';

/** Rejects in an SQS queue; the reason is an attribute too, so that it can be counted without reading bodies. */
export const queueRejects = (send: SendMessage): Rejects => ({
  keep: (reject) => send(JSON.stringify(reject), { attributes: { reason: reject.reason } }),
});
