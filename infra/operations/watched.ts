import { Stack } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { Handler } from '../handler.ts';
import type { HandlerName } from '../handlers.ts';
import { TopicRule } from '../topicRule.ts';

/** What is watched: of functions, tables and rules whatever the stack has, so that none is forgotten. */
export type Watched = {
  readonly handlers: readonly Handler[];
  readonly tables: readonly TableV2[];
  readonly rules: readonly TopicRule[];
  /** The rule that takes readings. */
  readonly telemetryRule: TopicRule;
  /** The rule that takes life-cycle events. */
  readonly presenceRule: TopicRule;
  readonly stage: WebSocketStage;
  readonly accessLog: ILogGroup;
  readonly queues: Readonly<Record<'ingest' | 'later' | 'failures' | 'rejects', IQueue>>;
};

/** The stack of `scope` as it is by now. */
export const watchedIn = (
  scope: IConstruct,
  named: Pick<Watched, 'stage' | 'accessLog' | 'queues' | 'telemetryRule' | 'presenceRule'>,
): Watched => {
  const all = Stack.of(scope).node.findAll();
  return {
    ...named,
    handlers: all.filter((construct) => construct instanceof Handler),
    tables: all.filter((construct) => construct instanceof TableV2),
    rules: all.filter((construct) => construct instanceof TopicRule),
  };
};

/** The handlers of these services, as far as the stack has them: `direct` is there only where the rule invokes it. */
export const handlersOf = ({ handlers }: Watched, services: readonly HandlerName[]): readonly Handler[] =>
  handlers.filter(({ service }) => services.includes(service));
