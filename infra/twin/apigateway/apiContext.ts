import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import type { AccessLog } from './accessLog.ts';
import type { Connection } from './connection.ts';
import type { WebSocketApiDefinition } from './definition.ts';
import type { Limits } from './limits.ts';
import type { Authorize, Invoke } from './ports.ts';
import type { Traffic } from './traffic.ts';
import type { countUsage } from './usage.ts';

/** What one running API hands to each of its parts. */
export type ApiContext = {
  definition: WebSocketApiDefinition;
  region: string;
  account: string;
  clock: Clock;
  limits: Limits;
  invoke: Invoke;
  report: Report;
  authorize: Authorize | undefined;
  faults: Pick<Faults, 'hit'>;
  meter?: Pick<Meter, 'add'>;
  traffic: Traffic;
  witness?: Witness;
  callerOf?: (accessKeyId: string) => string | undefined;
  posted?: (sessionToken: string) => Promise<void>;
  /** Open connections by id. One that is still being connected is not among them, so `@connections` answers 410. */
  connections: Map<string, Connection>;
  /** Whether one more request to the route may pass the stage's throttle now. */
  mayPass: (stage: string, routeKey: string) => boolean;
  /** Counts one more use of an API key. */
  useKey: ReturnType<typeof countUsage>;
  /** Is told every line of the stages' access logs. */
  accessLog?: AccessLog;
  /** Becomes true when the API is being stopped: nothing is invoked from then on. */
  stopped: () => boolean;
};

/** `arn:aws:execute-api:{region}:{account}:{apiId}/{rest}`; of a stage's routes, rest is `{stage}/{routeKey}`. */
export const executeApiArn = ({ region, account, definition }: ApiContext, rest: string): string =>
  `arn:aws:execute-api:${region}:${account}:${definition.apiId}/${rest}`;
