import { limits } from '../limits.ts';

/** Rows outlive their connection by this much, so that a clean-up that is under way still finds them. */
const graceMs = 10 * 60 * 1000;

/** An instant (epoch ms) as DynamoDB's TTL wants it: epoch seconds. It deletes at some time after that, days even. */
export const ttlAt = (epochMs: number): number => Math.ceil(epochMs / 1000);

/** When DynamoDB may delete the rows of a connection, in epoch seconds: after the edge has cut it. */
export const ttlOf = ({ connectedAt }: { connectedAt: number }): number =>
  ttlAt(connectedAt + limits.connectionMs + graceMs);
