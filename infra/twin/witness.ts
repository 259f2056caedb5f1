import type { Buffer } from 'node:buffer';

/** What passed through the twin, told at the moment it was certain and before it was acknowledged. `at`: epoch ms of the twin's clock. */
export type Sighting =
  /** A message was handed to the rules engine; its PUBACK follows. */
  | { hop: 'published'; at: number; clientId: string; topic: string; payload: Buffer }
  /** A message that no rule takes. Nobody will ever see it. */
  | { hop: 'unrouted'; at: number; clientId: string; topic: string }
  /** A post to `@connections` was done or refused; the answer follows. `functionName` is who posted, where known. */
  | { hop: 'posted'; at: number; connectionId: string; status: number; frame: string; functionName?: string };

/** Called synchronously: what it throws is a defect of the caller's. */
export type Witness = (sighting: Sighting) => void;
