import { workTime } from '../clock.ts';
import { executeApiArn, type ApiContext } from './apiContext.ts';
import type { InvokeOutcome } from './ports.ts';

/** What came back from a function, as far as API Gateway is concerned. */
export type IntegrationOutcome =
  | { kind: 'payload'; payload: unknown }
  | { kind: 'failed'; errorMessage: string }
  | { kind: 'denied' }
  | { kind: 'timeout' };

/**
 * Invokes a function within `timeoutMs` of work time; a later answer is ignored. `source` is the part of the
 * caller's ARN after the API id: `{stage}/{routeKey}` or `authorizers/{id}`. Never throws: whatever goes wrong is
 * an outcome, and what the developer has to mend is reported.
 */
export const callFunction = async (
  api: ApiContext,
  functionArn: string,
  event: unknown,
  source: string,
  timeoutMs: number,
): Promise<IntegrationOutcome> => {
  const sourceArn = executeApiArn(api, source);
  const timer = timeoutAfter(api, timeoutMs);
  const invocation = api
    .invoke(functionArn, event, { principal: 'apigateway.amazonaws.com', sourceArn })
    .then(outcomeOf(api, sourceArn), (error: unknown): IntegrationOutcome => {
      api.report(`${functionArn} could not be invoked for ${sourceArn}: ${String(error)}`);
      return { kind: 'failed', errorMessage: String(error) };
    });
  return Promise.race([invocation, timer.expired]).finally(timer.cancel);
};

const outcomeOf =
  (api: ApiContext, sourceArn: string) =>
  (outcome: InvokeOutcome): IntegrationOutcome => {
    if ('denied' in outcome) {
      api.report(`API Gateway may not invoke the function of ${sourceArn}: ${outcome.denied}`);
      return { kind: 'denied' };
    }
    if (!outcome.ok) return { kind: 'failed', errorMessage: outcome.errorMessage };
    return { kind: 'payload', payload: outcome.payload };
  };

const timeoutAfter = ({ clock }: ApiContext, ms: number) => {
  let cancel = (): void => undefined;
  const expired = new Promise<IntegrationOutcome>((resolve) => {
    cancel = clock.after(workTime(clock, ms), () => resolve({ kind: 'timeout' }));
  });
  return { expired, cancel: () => cancel() };
};
