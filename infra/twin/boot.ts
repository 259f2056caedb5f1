import { join } from 'node:path';
import type { AccessLog } from './apigateway/accessLog.ts';
import { readWebSocketApis } from './apigateway/definition.ts';
import { startWebSocketApi } from './apigateway/webSocketApi.ts';
import { scaledClock, type Clock } from './clock.ts';
import type { RunningIssuer } from './cognito/issuer.ts';
import { startUserPools } from './cognito/startUserPools.ts';
import { startTables } from './dynamodb/startTables.ts';
import { startEventSources } from './eventSources/startEventSources.ts';
import { createAccess, type Access, type Decided } from './iam/access.ts';
import { noFaults, type Faults } from './faults/faults.ts';
import { startRules } from './iot/rules.ts';
import { startIotCore, type IotCore } from './iot/startIotCore.ts';
import { guardOf } from './iam/guard.ts';
import { noJournal } from './journal/journal.ts';
import { journalFolder } from './journal/journalFolder.ts';
import { codeFolders } from './lambda/codeFolders.ts';
import { startFunctions, type Functions } from './lambda/startFunctions.ts';
import { createMeter, type Meter } from './meter.ts';
import { idleRoles, partResources, type NotRun } from './notRun.ts';
import type { Report } from './report.ts';
import { account } from './resource.ts';
import { startQueues } from './sqs/startQueues.ts';
import type { Stack } from './template/cloudAssembly.ts';
import { resolveTemplate } from './template/resolve.ts';
import { TwinError } from './twinError.ts';
import type { Witness } from './witness.ts';

/** Where the twin's servers listen. None but `mqtts` and `iot` may be 0: addresses are part of what the template's functions are told. */
export type Ports = {
  readonly webSocket: number;
  readonly dynamodb: number;
  readonly sqs: number;
  readonly mqtt: number;
  /** Where tokens of user pools are issued; needed for a template that has one. */
  readonly issuer?: number;
  /** MQTT for clients with certificates, bound by policies. 0 takes any free port, as nothing in a template names it. */
  readonly mqtts?: number;
  /** The AWS IoT API. 0 takes any free port. */
  readonly iot?: number;
};

export type TwinOptions = {
  readonly stack: Stack;
  readonly ports: Ports;
  /** Default 127.0.0.1. The twin checks no caller's signature: keep it on loopback. */
  readonly host?: string;
  /** Default us-east-1. */
  readonly region?: string;
  /**
   * By default the wall clock. On `scaledClock(speed)` every wait is that much faster: idle and age cut, SQS times,
   * batching windows, retries, TTL, throttles; the `Date` of functions shows its time. Work and I/O keep wall time:
   * time-outs of functions and integrations, timers inside functions, the MQTT broker's keep-alive and sessions.
   */
  readonly clock?: Clock;
  /**
   * A folder that keeps tables, messages of queues and asynchronous events from one start to the next, also when the
   * process is killed; without it they are in memory. Nothing is synced to the disk: power loss may cost the last of it.
   */
  readonly data?: string | undefined;
  /** What goes wrong on purpose; nothing by default. */
  readonly faults?: Faults;
  /** Counts what AWS would bill. */
  readonly meter?: Meter;
  /** Is told what passes through. */
  readonly witness?: Witness;
  /** Is told of every decision about what a role may do. */
  readonly onDecision?: ((decided: Decided) => void) | undefined;
  /** How many times sooner than on AWS a failed asynchronous event is tried again, for tests; 1 by default. */
  readonly retrySpeed?: number;
  /** One sentence about something that AWS would do and the twin does not, or that went wrong inside it. */
  readonly report: Report;
  /** Is told every line of the access logs of the template's stages, in their format. */
  readonly accessLog?: AccessLog;
  /** One line that a function wrote. */
  readonly log: (entry: { functionName: string; line: string }) => void;
};

export type Twin = {
  /** The template's outputs, AWS's addresses in them replaced by local ones. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly notRun: readonly NotRun[];
  /** Signs a token of the template's user pool; undefined when it has none. */
  readonly sign: RunningIssuer['sign'] | undefined;
  /** The bodies of the messages in a queue, by its URL or ARN; none if there is no such queue. */
  readonly messagesIn: (queue: string) => readonly string[];
  /** Asynchronous events that no function has handled and no destination has taken yet. */
  readonly unfinishedEvents: () => number;
  /** Where clients with certificates connect; the CA is at `{iotUrl}/ca.pem`. */
  readonly mqttsUrl: string;
  /** The endpoint of the AWS IoT API. */
  readonly iotUrl: string;
  /** How often policies of devices refused each action. */
  readonly denied: IotCore['denied'];
  /** Who may do what by IAM, and how often it was refused. */
  readonly access: Pick<Access, 'assume' | 'denied' | 'enforced' | 'suspend'>;
  /** Who may invoke which function. */
  readonly invocations: Pick<Functions, 'permissions' | 'suspend'>;
  /** Stops everything within two seconds. */
  readonly close: () => Promise<void>;
};

/** For how long a twin that stops goes on with events it has accepted, ms. */
const settleMs = 700;

/**
 * Boots a stack: every resource of its template becomes something that runs on this machine. Throws a
 * {@link TwinError} for what the user can mend: a template with something unknown in it, a port that is taken.
 */
export const bootTwin = async (options: TwinOptions): Promise<Twin> => {
  const {
    stack,
    ports,
    host = '127.0.0.1',
    region = 'us-east-1',
    clock = scaledClock(),
    faults = noFaults,
    meter = createMeter(),
    witness = () => undefined,
    retrySpeed = 1,
    onDecision,
    report,
    log,
  } = options;
  const { resources: all, outputs } = resolveTemplate(stack.template, {
    stackName: stack.name,
    region,
    webSocketAuthority: `${host}:${ports.webSocket}`,
    sqsAuthority: `${host}:${ports.sqs}`,
    issuerAuthority: `${host}:${ports.issuer ?? 0}`,
  });
  const { run: resources, notRun } = partResources(all);
  const access = createAccess({ resources, region, account, report, onDecision });
  const definitions = readWebSocketApis(resources, report);
  if (definitions.length > 1)
    throw new TwinError(
      'one_api',
      `The twin runs one WebSocket API; ${stack.name} has ${definitions.length}.`,
    );

  const running: { close: () => Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of running.splice(0).reverse()) await part.close();
  };
  const started = <T extends { close: () => Promise<void> }>(part: T): T => {
    running.push(part);
    return part;
  };

  try {
    const common = { resources, host, region, account, clock, faults, meter, witness, retrySpeed, report };
    const guard = guardOf(access, { region, account });
    started(
      await startTables({
        ...common,
        port: ports.dynamodb,
        refusal: guard.table,
        ...(options.data === undefined ? {} : { path: options.data }),
      }),
    );
    // In a folder that the tables have locked by now.
    const journals =
      options.data === undefined ? undefined : journalFolder(join(options.data, 'journal'), report);
    const journal = journals?.open ?? noJournal;
    const queues = started(await startQueues({ ...common, journal, port: ports.sqs, refusal: guard.queue }));
    const code = started(codeFolders(stack.assetFolder));
    const functions = started(
      startFunctions({
        ...common,
        journal,
        codeOf: code.of,
        environment: {
          AWS_ENDPOINT_URL_DYNAMODB: `http://${host}:${ports.dynamodb}`,
          AWS_ENDPOINT_URL_SQS: `http://${host}:${ports.sqs}`,
        },
        mayLog: guard.log,
        destination: async (arn, record, functionName) => {
          const refused = guard.destination(functionName, arn);
          if (refused !== undefined) throw new Error(refused);
          const result = await queues.send(arn, JSON.stringify(record));
          if (!result.sent) throw new Error(result.reason);
        },
        log,
      }),
    );
    const issuer = await startUserPools({ ...common, port: ports.issuer, invoke: functions.invoke });
    if (issuer !== undefined) started(issuer);
    for (const definition of definitions)
      started(
        await startWebSocketApi({
          ...common,
          ...(options.accessLog === undefined ? {} : { accessLog: options.accessLog }),
          definition,
          port: ports.webSocket,
          callerOf: functions.functionOf,
          authorize: guard.management,
          posted: functions.posted,
          invoke: async (arn, event, caller) => {
            const result = await functions.invoke(arn, event, caller);
            if (result.kind === 'denied') return { denied: result.reason };
            return result.kind === 'ok' ? { ok: true, payload: result.payload } : { ok: false, ...result };
          },
        }),
      );
    // What devices said before the broker closed is still delivered, if it is done soon.
    started({ close: () => functions.settled(settleMs) });
    const rules = startRules({
      ...common,
      actions: {
        invokeAsync: functions.invokeAsync,
        sendMessage: async (queueUrl, body, roleArn, rule) => {
          const refused = guard.rule(roleArn, rule, queueUrl);
          if (refused !== undefined) return { accepted: false, reason: refused };
          const result = await queues.send(queueUrl, body);
          return result.sent ? { accepted: true } : { accepted: false, reason: result.reason };
        },
      },
    });
    const iotPorts = { mqtt: ports.mqtt, mqtts: ports.mqtts ?? 0, iot: ports.iot ?? 0 };
    const { data } = options;
    const iot = started(
      await startIotCore({ ...common, ports: iotPorts, journal, data, onPublish: rules.onPublish }),
    );
    started(startEventSources({ ...common, queues, functions, mayPoll: guard.poll }));
    functions.resume();
    journals?.reportOthers();
    const messagesIn = (queue: string) => (queues.find(queue)?.messages() ?? []).map(({ body }) => body);
    return {
      outputs,
      notRun: [...notRun, ...idleRoles(access.idle)],
      sign: issuer?.sign,
      messagesIn,
      unfinishedEvents: functions.unfinishedEvents,
      mqttsUrl: `mqtts://localhost:${iot.broker.securePort}`,
      iotUrl: `http://${host}:${iot.iotPort}`,
      denied: iot.denied,
      access,
      invocations: functions,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
