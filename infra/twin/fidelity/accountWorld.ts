import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import { certify } from './certify.ts';
import { outputOf, type World } from './world.ts';

/**
 * The probe in an AWS account, with the credentials of the environment. It makes a certificate, which `close` removes;
 * messages and items that checks left behind stay until the stack is deleted.
 */
export const accountWorld = async (at: { region: string; stackName: string }): Promise<World> => {
  const common = { region: at.region };
  const formation = new CloudFormationClient(common);
  const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName: at.stackName }));
  formation.destroy();
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const callbackUrl = outputOf(outputs, 'CallbackUrl');
  const iot = new IoTClient(common);
  const clients = {
    connections: new ApiGatewayManagementApiClient({ ...common, endpoint: callbackUrl, maxAttempts: 1 }),
    sqs: new SQSClient(common),
    dynamodb: new DynamoDBClient(common),
  };
  const { endpointAddress = '' } = await iot.send(
    new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
  );
  const { cert, key, remove } = await certify(iot, outputOf(outputs, 'PolicyName'));
  return {
    ...clients,
    webSocketUrl: outputOf(outputs, 'WebSocketUrl'),
    callbackUrl,
    queues: {
      heard: outputOf(outputs, 'HeardUrl'),
      box: outputOf(outputs, 'BoxUrl'),
      dead: outputOf(outputs, 'DeadUrl'),
    },
    tableName: outputOf(outputs, 'TableName'),
    ruleName: outputOf(outputs, 'PlainRule'),
    mqttUrl: `mqtts://${endpointAddress}:8883`,
    mqtt: { cert, key },
    patienceMs: 30_000,
    close: async () => {
      await remove();
      for (const client of [iot, ...Object.values(clients)]) client.destroy();
    },
  };
};
