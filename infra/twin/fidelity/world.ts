import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { IClientOptions } from 'mqtt';

/** A deployed probe, wherever it is, by public protocols only. */
export type World = {
  /** Of the stage, `ws:` or `wss:`. */
  readonly webSocketUrl: string;
  /** Of the stage's `@connections`. */
  readonly callbackUrl: string;
  readonly connections: ApiGatewayManagementApiClient;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly queues: Readonly<Record<'heard' | 'box' | 'dead', string>>;
  readonly tableName: string;
  /** The rule on `probe/+`, for Basic Ingest. */
  readonly ruleName: string;
  readonly mqttUrl: string;
  /** Certificate, key and CA of the probe's device. */
  readonly mqtt: IClientOptions;
  /** How long something may take to arrive, ms. */
  readonly patienceMs: number;
  readonly close: () => Promise<void>;
};

/** The outputs of the probe's stack; throws for one that is missing. */
export const outputOf = (outputs: Readonly<Record<string, string>>, name: string): string => {
  const value = outputs[name];
  if (value === undefined)
    throw new Error(`The stack has no output ${name}; deploy the template that --template prints.`);
  return value;
};
