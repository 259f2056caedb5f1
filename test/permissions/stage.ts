import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { connectAsync } from 'mqtt';
import { scaledClock } from '../../infra/twin/clock.ts';
import { createFaults } from '../../infra/twin/faults/faults.ts';
import type { Decided } from '../../infra/twin/iam/access.ts';
import { host } from '../../infra/local/ports.ts';
import { freePorts, startForTest } from '../local.ts';
import type { Stage } from './scene.ts';

/** The stage, and what listens to every decision about a role. */
export type OpenStage = {
  readonly stage: Stage;
  /** Calls `listener` at each decision from now on. Returns what stops it. */
  readonly listen: (listener: (decided: Decided) => void) => () => void;
  readonly close: () => Promise<void>;
};

/** Any but a function's. */
const credentials = { accessKeyId: 'developer', secretAccessKey: 'developer' };

/**
 * Starts the whole stack for stories. Its time is some times faster, so that a connection is soon old and what waits soon
 * due; what a function must do within its time takes as long as ever, so that it must not be much faster. Readings come in
 * by what `ingest` says.
 */
export const openStage = async (ingest: 'direct' | 'queue' = 'direct'): Promise<OpenStage> => {
  const clock = scaledClock(4);
  const faults = createFaults({ seed: 1, clock });
  const listeners = new Set<(decided: Decided) => void>();
  const ports = await freePorts();
  let lastAsked = 0;
  const local = await startForTest({
    ports,
    clock,
    faults,
    settings: { ingest, subscriptionCacheMs: 0 },
    retrySpeed: 1_000,
    onDecision: (decided) => {
      lastAsked = performance.now();
      listeners.forEach((listener) => listener(decided));
    },
  });
  const of = (port: number) => ({ endpoint: `http://${host}:${port}`, region: 'us-east-1', credentials });
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(of(ports.dynamodb)));
  const sqs = new SQSClient(of(ports.sqs));
  const device = await connectAsync(local.mqttUrl, { clientId: 'stage' });
  const { TableNames = [] } = await db.send(new ListTablesCommand());
  return {
    stage: {
      local,
      clock,
      faults,
      db,
      sqs,
      device,
      lastAsked: () => lastAsked,
      table: (name) => TableNames.find((full) => full.includes(`Tables${name}`)) ?? name,
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      db.destroy();
      sqs.destroy();
      await device.endAsync();
      await local.close();
    },
  };
};
