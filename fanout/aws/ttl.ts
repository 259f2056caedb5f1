import { limits } from '../limits.ts';

/** Rows outlive their connection by this much, so that a clean-up that is under way still finds them. */
const graceMs = 10 * 60 * 1000;

/** When DynamoDB may delete the rows of a connection, in epoch seconds: after the edge has cut it. */
export const ttlOf = ({ connectedAt }: { connectedAt: number }): number =>
  Math.ceil((connectedAt + limits.connectionMs + graceMs) / 1000);
