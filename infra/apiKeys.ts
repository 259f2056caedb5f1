import { Aws, CfnOutput, Fn } from 'aws-cdk-lib';
import { ApiKey, Period, UsagePlan } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type ApiKeysProps = NonNullable<Settings['apiKeys']> & { api: ViewersApi };

/**
 * What all pages together may open a second: a fifth of the 500 new WebSocket connections that AWS allows an account in a
 * region, so that machines which pass for pages, by sending an Origin, leave the rest to those with keys.
 */
const pagesThrottle = { rateLimit: 100, burstLimit: 200 };

/**
 * Usage plans: one for pages, one with limits for machines. A browser cannot send `x-api-key`, so the authorizer tells API
 * Gateway which key a handshake goes by (`usageIdentifierKey`): the one that it brought or, for a page, that of all pages.
 * They meter handshakes and slow them down; who may come in, tokens say. A machine that sends an allowed Origin is taken for a
 * page.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-key.html
 */
export class ApiKeys extends Construct {
  /**
   * The value of the key that all pages share. It is not in any page, but it is no secret: the id of the stack has it, which
   * whoever may describe the stack reads.
   */
  readonly pagesKey: string;

  constructor(
    scope: Construct,
    id: string,
    { api: { api, stage }, handshakesPerSecond, burst, perDay }: ApiKeysProps,
  ) {
    super(scope, id);
    // The stack's UUID: known while it is deployed, as a generated key's value is not.
    this.pagesKey = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    const apiStages = [{ api, stage }];
    const pages = new UsagePlan(this, 'PagesPlan', {
      description: 'Pages of Fieldcast',
      apiStages,
      throttle: pagesThrottle,
    });
    pages.addApiKey(new ApiKey(this, 'PagesKey', { value: this.pagesKey }));
    const machines = new UsagePlan(this, 'MachinesPlan', {
      description: 'Machines that look at Fieldcast',
      apiStages,
      throttle: { rateLimit: handshakesPerSecond, burstLimit: burst },
      ...(perDay === undefined ? {} : { quota: { limit: perDay, period: Period.DAY } }),
    });
    const key = new ApiKey(this, 'MachineKey');
    machines.addApiKey(key);
    new CfnOutput(this, 'MachineKeyId', {
      value: key.keyId,
      description: 'Its value: aws apigateway get-api-key --include-value --api-key …',
    }).overrideLogicalId('MachineApiKeyId');
  }
}
