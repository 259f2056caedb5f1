/** What API Gateway says about itself when it calls a function, so that the function's permissions can be checked. */
export type Caller = { principal: 'apigateway.amazonaws.com'; sourceArn: string };

/**
 * What became of an invocation. `denied` says why the function's resource policy does not let the caller in.
 * A handler that throws or times out is an outcome; an invoker that is itself broken throws.
 */
export type InvokeOutcome =
  | { ok: true; payload: unknown }
  | { ok: false; errorType: string; errorMessage: string }
  | { denied: string };

/** Invokes a function synchronously and waits for its answer. `event` is a plain JSON value, not to be changed. */
export type Invoke = (functionArn: string, event: unknown, caller: Caller) => Promise<InvokeOutcome>;

/** One call of `@connections` whose caller may or may not be allowed to make it. */
export type ManagementRequest = {
  accessKeyId: string;
  action: 'execute-api:ManageConnections';
  /** `arn:aws:execute-api:{region}:{account}:{apiId}/{stage}/{METHOD}/@connections/{connectionId}`. */
  resource: string;
};

/** Decides about one call of `@connections`; `message` is what the caller reads in the 403. */
export type Authorize = (
  request: ManagementRequest,
) => { allowed: true } | { allowed: false; message: string };
