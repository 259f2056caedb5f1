import { own } from '../json.ts';
import type { ApiContext } from './apiContext.ts';
import type { ErrorMessage } from './errorFrame.ts';
import { requestContext, type ConnectionInfo, type Occasion } from './events.ts';

/** Takes one line of a stage's access log. */
export type AccessLog = (entry: { stage: string; line: string }) => void;

/** How one event ended. */
export type Ending = {
  /** `$context.status`, an HTTP status also for messages. */
  status: number;
  /** `$context.error.message`. */
  error?: ErrorMessage | undefined;
  /** `$context.integrationLatency`, ms. */
  integrationLatency?: number | undefined;
};

/** The occasion of a logged event. A message that no route takes has no route key. */
export type Logged = Omit<Occasion, 'routeKey'> & { routeKey: string | undefined };

/**
 * Writes the line of one event in the format of its stage (API Gateway guide, "Configure logging for WebSocket APIs"):
 * every `$context.` variable is replaced, by `-` where it has no value. Nothing else of a request gets into a log.
 */
export const logAccess = (api: ApiContext, info: ConnectionInfo, logged: Logged, ending: Ending): void => {
  const { name: stage, accessLogFormat } = info.stage;
  if (api.accessLog === undefined || accessLogFormat === undefined) return;
  const { status, error, integrationLatency } = ending;
  const context = {
    ...requestContext(api, info, { ...logged, routeKey: logged.routeKey ?? '-' }),
    status,
    ...(error === undefined ? {} : { error: errorOf(error) }),
    ...(integrationLatency === undefined
      ? {}
      : { integrationLatency, integration: { latency: integrationLatency, status } }),
  };
  api.accessLog({ stage, line: fill(accessLogFormat, context) });
};

/** The types of gateway responses that say the same (API Gateway guide, "Gateway response types"). */
const responseTypes: Readonly<Record<ErrorMessage, string>> = {
  Unauthorized: 'UNAUTHORIZED',
  Forbidden: 'ACCESS_DENIED',
  'Too Many Requests': 'THROTTLED',
  'Limit Exceeded': 'QUOTA_EXCEEDED',
  'Internal server error': 'INTEGRATION_FAILURE',
  'Endpoint request timed out': 'INTEGRATION_TIMEOUT',
};

const errorOf = (message: ErrorMessage): Record<string, string> => ({
  message,
  messageString: JSON.stringify(message),
  responseType: responseTypes[message],
});

const fill = (format: string, context: object): string =>
  format.replace(/\$context\.(\w+(?:\.\w+)*)/g, (_, path: string) => {
    const value = path.split('.').reduce<unknown>(own, context);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
  });
