import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { leanPost } from '../../../fanout/aws/leanPost.ts';
import { db, variable } from './environment.ts';

/** What the rule hands on: the device's JSON, and what the topic says of it. */
type Telemetry = { deviceId: string; region: string; seq: number; ts: number };

const connectionsTable = variable('CONNECTIONS_TABLE');
/** Whether only those are posted to who named the reading's region. */
const byRegion = variable('BY_REGION') === 'yes';

// The samples post by the SDK. What is billed is the posts, whoever makes them; by this one the bench ends sooner.
const { post } = leanPost({
  endpoint: variable('CALLBACK_URL'),
  region: variable('AWS_REGION'),
  credentials: () => ({
    accessKeyId: variable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    sessionToken: process.env['AWS_SESSION_TOKEN'],
  }),
});

/** Everybody on the first page, as in the samples; DynamoDB reads, and bills, every row before it filters. */
const connectionIds = async (region: string): Promise<string[]> => {
  const filter = {
    FilterExpression: '#region = :region',
    ExpressionAttributeNames: { '#region': 'region' },
    ExpressionAttributeValues: { ':region': region },
  };
  const { Items = [] } = await db.send(
    new ScanCommand({
      TableName: connectionsTable,
      ProjectionExpression: 'connectionId',
      ...(byRegion ? filter : {}),
    }),
  );
  return (Items as { connectionId: string }[]).map(({ connectionId }) => connectionId); // As projected.
};

const send = async (connectionId: string, frame: string): Promise<void> => {
  const outcome = await post(connectionId, frame);
  if (outcome === 'gone')
    await db.send(new DeleteCommand({ TableName: connectionsTable, Key: { connectionId } }));
  else if (outcome !== 'delivered') throw new Error(`A post ended as ${outcome}.`);
};

/** The history and the latest reading of the device. */
const keep = async (reading: Telemetry): Promise<void> => {
  const { deviceId, ts, seq } = reading;
  const position = `${ts}#${seq}`;
  await Promise.all([
    db.send(
      new PutCommand({
        TableName: variable('READINGS_TABLE'),
        Item: { deviceId, position, reading: JSON.stringify(reading) },
      }),
    ),
    db.send(
      new PutCommand({
        TableName: variable('LATEST_TABLE'),
        Item: { deviceId, position, latest: JSON.stringify(reading) },
      }),
    ),
  ]);
};

/** Every message goes to every connection that is found by a scan of all of them. */
export const handler = async (reading: Telemetry): Promise<void> => {
  await keep(reading);
  const frame = JSON.stringify(reading);
  const ids = await connectionIds(reading.region);
  await Promise.all(ids.map((connectionId) => send(connectionId, frame)));
};
