import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Watched } from './watched.ts';

/**
 * Questions to the functions' logs, by the name they have in CloudWatch Logs Insights. Some lines are a handler's own, some its
 * metrics, some of Lambda itself (fields that begin with `@`).
 */
export const functionQueries = {
  Errors: `filter level = "ERROR" or @message like /ERROR|Task timed out|Runtime exited/
| fields @timestamp, service, message, error.name, error.message, @message
| sort @timestamp desc
| limit 50`,
  'Handshakes refused': `filter message = "handshake refused"
| stats count(*) as handshakes by status, reason, bin(5m)`,
  'Rejected, by reason': `filter ispresent(MessagesRejected) and ispresent(reason)
| stats sum(MessagesRejected) as messages by reason, bin(5m)`,
  'Put off and never sent': `filter ispresent(NotResent) and ispresent(reason)
| stats sum(NotResent) as updates by reason, bin(5m)`,
  'Slowest invocations': `filter @type = "REPORT"
| fields @timestamp, @log, @requestId, @duration, @initDuration, @maxMemoryUsed / 1000 / 1000 as usedMB
| sort @duration desc
| limit 25`,
} as const;

/** Questions to the access log of the WebSocket API. */
export const edgeQueries = {
  'What the edge answered': `stats count(*) as answers by event, route, status, error, authorizerStatus, authorizerError, integrationStatus, integrationError
| sort answers desc`,
} as const;

/** The queries, kept in CloudWatch Logs Insights under the stack's name. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { handlers, accessLog }: Watched) {
    super(scope, id);
    this.keep(
      functionQueries,
      handlers.map(({ logGroup }) => logGroup),
    );
    this.keep(edgeQueries, [accessLog]);
  }

  private keep(queries: Readonly<Record<string, string>>, logs: readonly ILogGroup[]): void {
    for (const [name, queryString] of Object.entries(queries))
      new CfnQueryDefinition(this, name.replace(/\W/g, ''), {
        name: `${Stack.of(this).stackName}/${name}`,
        queryString,
        logGroupNames: logs.map(({ logGroupName }) => logGroupName),
      });
  }
}
