import type { Clock } from '../clock.ts';
import type { InvokeResult } from '../lambda/invocation.ts';
import type { Caller } from '../lambda/resourcePolicy.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { startIssuer, type Client, type RunningIssuer } from './issuer.ts';
import { overridden, preTokenEvent } from './preToken.ts';
import { readUserPools, type UserPool } from './userPools.ts';

export type UserPoolsOptions = {
  resources: readonly Resource[];
  region: string;
  account: string;
  host: string;
  /** Where the issuer listens, not 0. Undefined is for a template without user pools. */
  port: number | undefined;
  clock: Clock;
  /** Calls a trigger, if the function's permissions let the pool in. */
  invoke: (functionArn: string, event: unknown, caller: Caller) => Promise<InvokeResult>;
  report: Report;
};

/**
 * The issuer that stands in for the user pools of a template; undefined when it has none.
 * @throws TwinError `no_issuer_port`, `port_taken`, and for a pool that cannot be read.
 */
export const startUserPools = async (options: UserPoolsOptions): Promise<RunningIssuer | undefined> => {
  const pools = readUserPools(options.resources, options, options.report);
  if (pools.length === 0) return undefined;
  const { port } = options;
  if (port === undefined)
    throw new TwinError(
      'no_issuer_port',
      'The template has a user pool; say at which port its tokens are issued.',
    );
  const clients = pools.flatMap((pool) =>
    pool.clientIds.map((clientId) => clientOf(options, pool, clientId)),
  );
  return startIssuer({ ...options, port, clients });
};

const clientOf = ({ region, invoke }: UserPoolsOptions, pool: UserPool, clientId: string): Client => {
  const { preToken, poolId, arn } = pool;
  const client = { clientId, path: `/${poolId}` };
  if (preToken === undefined) return client;
  return {
    ...client,
    change: async (claims, { subject, groups }) => {
      const event = preTokenEvent(preToken, pool, { region, clientId, userName: subject, groups });
      const caller = { principal: 'cognito-idp.amazonaws.com', sourceArn: arn };
      const result = await invoke(preToken.functionArn, event, caller);
      const changed = result.kind === 'ok' ? overridden(preToken.version, claims, result.payload) : undefined;
      if (changed !== undefined) return changed;
      const why =
        result.kind === 'ok'
          ? 'it returned no event'
          : result.kind === 'denied'
            ? result.reason
            : result.errorMessage;
      throw new TwinError('trigger_failed', `PreTokenGeneration failed with error ${why}`);
    },
  };
};
