/** What is asked before anything is built, so that what is missing is said within a second. */
export type AskAccount = () => Promise<unknown>;

type AwsError = Error & { readonly code?: unknown; readonly hostname?: unknown };

const defaultBootstrap = 'npx cdk bootstrap';

const withoutCredentials = new Set(['CredentialsProviderError', 'TokenProviderError']);
const badCredentials = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
]);
const outOfReach = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENETUNREACH',
  'ECONNRESET',
]);

/** What is wrong with the account, the region or the network, and what to do; undefined for any other error. */
export const sentenceFor = (
  { name, message, code, hostname }: AwsError,
  bootstrap = defaultBootstrap,
): string | undefined => {
  if (withoutCredentials.has(name))
    return 'There are no AWS credentials: sign in (aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), then run this again.';
  if (/region is missing/i.test(message))
    return 'There is no AWS region: say where the stack is to be with AWS_REGION=eu-west-1, or in your profile.';
  if (badCredentials.has(name))
    return `AWS does not know these credentials, or they have expired (${name}): sign in again.`;
  if (typeof code === 'string' && outOfReach.has(code))
    return `${typeof hostname === 'string' ? hostname : 'AWS'} cannot be reached (${code}): look whether AWS_REGION is one of AWS's regions, then after the network.`;
  if (/Stack with id \S+ does not exist/.test(message))
    return `This account has never been deployed to with CDK in this region: prepare it once with ${bootstrap}.`;
  return undefined;
};

/**
 * Why nothing can be deployed with these credentials to this region, in a sentence that says what to do; undefined if AWS
 * answers, or objects to something that only deploying will tell. `ask` describes the stack that `bootstrap` makes.
 */
export const accountProblem = async (
  ask: AskAccount,
  bootstrap = defaultBootstrap,
): Promise<string | undefined> => {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return sentenceFor(error, bootstrap);
  }
};
