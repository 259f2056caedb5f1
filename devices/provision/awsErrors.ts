import { DevicesError } from '../devicesError.ts';

type AwsError = Error & {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Whether AWS says that something is not there. */
export const isNotFound = (error: unknown): boolean => nameOf(error) === 'ResourceNotFoundException';

const noCredentials = new Set(['CredentialsProviderError', 'CredentialsError', 'NoCredentials']);
const badCredentials = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'ExpiredToken',
  'TokenRefreshRequired',
]);
const denied = new Set([
  'UnauthorizedException',
  'AccessDeniedException',
  'ForbiddenException',
  'AccessDenied',
]);
const throttled = new Set(['ThrottlingException', 'TooManyRequestsException', 'LimitExceededException']);
const unreachable = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'the name cannot be looked up'],
  ['ECONNRESET', 'connection reset'],
  ['ETIMEDOUT', 'no answer in time'],
  ['TimeoutError', 'no answer in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer in time'],
  ['EHOSTUNREACH', 'no way to the host'],
  ['ENETUNREACH', 'no way to the host'],
]);

const codeOf = ({ code, cause }: AwsError): string => {
  if (typeof code === 'string') return code;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
};

const ended = (text: string): string => text.trim().replace(/[.\s]*$/, '');

const refused = (message: string): DevicesError => new DevicesError('aws_refused', message);

/** The sentence for what `doing` ended with; undefined for what is a bug of ours. `where`: a URL, or AWS. */
const explained = (error: AwsError, doing: string, where: string): DevicesError | undefined => {
  const { name, message } = error;
  const code = codeOf(error);
  if (noCredentials.has(name))
    return refused(
      'There are no AWS credentials: sign in (aws sso login, AWS_PROFILE or AWS_ACCESS_KEY_ID), or provision on the twin with --twin.',
    );
  if (/region is missing/i.test(message))
    return refused('There is no AWS region: set AWS_REGION, or provision on the twin with --twin.');
  if (badCredentials.has(name))
    return refused(`AWS does not know these credentials, or they have expired (${name}): sign in again.`);
  if (denied.has(name))
    return refused(`AWS does not let this user ${doing} (${ended(message)}): ask for the right to.`);
  if (throttled.has(name))
    return refused(
      `AWS kept refusing to ${doing} (${ended(message)}): run the command again later, it goes on from here.`,
    );
  // `fetch` says no more than that it failed.
  const why = unreachable.get(code) ?? unreachable.get(name);
  if (why !== undefined || message === 'fetch failed')
    return new DevicesError(
      'aws_unreachable',
      where === 'AWS'
        ? `AWS cannot be reached (${why ?? 'no connection'}): look after the network, then run the command again.`
        : `Nothing answers at ${where} (${why ?? 'no connection'}): start the twin with npm start, or say where it is with --endpoint.`,
    );
  if (error.$metadata?.httpStatusCode === undefined) return undefined;
  return refused(
    `${where} refused to ${doing} (${name}: ${ended(message)}): mend that, then run the command again.`,
  );
};

/** Does something with AWS; `doing` says what, after "to". Throws DevicesError for all that the user may mend. */
export const asking = async <T>(where: string, doing: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw explained(error, doing, where) ?? error;
  }
};
