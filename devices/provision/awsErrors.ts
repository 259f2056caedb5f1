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
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

const codeOf = ({ code, cause }: AwsError): string => {
  if (typeof code === 'string') return code;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
};

const ended = (text: string): string => text.trim().replace(/[.\s]*$/, '');

const refused = (message: string): DevicesError => new DevicesError('aws_refused', message);

/** The sentence for what `doing` ended with; undefined for what is a bug of ours. `where`: an url, or AWS. */
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
  if (name === 'TimeoutError' || message === 'fetch failed' || unreachable.has(code))
    return new DevicesError(
      'aws_unreachable',
      where === 'AWS'
        ? `AWS cannot be reached (${code || name}): look after the network, then run the command again.`
        : `Nothing answers at ${where} (${code || name}): start the twin with npm start, or say where it is with --endpoint.`,
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
