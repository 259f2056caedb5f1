import { account } from '../resource.ts';

/** Where the twin pretends to be, and under which local addresses AWS's public ones are found. */
export type Place = {
  readonly stackName: string;
  readonly region: string;
  /** `host:port` of the WebSocket API, of the queues and of the token issuer. */
  readonly webSocketAuthority: string;
  readonly sqsAuthority: string;
  readonly issuerAuthority: string;
};

export const urlSuffix = 'amazonaws.com';

/** The values of CloudFormation's pseudo parameters; `AWS::NoValue` is not among them. */
export const pseudoParameters = ({ region, stackName }: Place): Record<string, string> => ({
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/00000000-0000-0000-0000-000000000000`,
  'AWS::StackName': stackName,
  'AWS::URLSuffix': urlSuffix,
});

/**
 * Puts local addresses in the place of AWS's. A template joins its URLs from pieces (`https://`, an API's id,
 * `.execute-api.` …), so this is done on the finished text, wherever it stands: in an environment or in an output.
 */
export const localise = (
  text: string,
  { region, webSocketAuthority, sqsAuthority, issuerAuthority }: Place,
): string =>
  text
    .replace(
      new RegExp(`\\b(http|ws)s://[a-z0-9]+\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g'),
      `$1://${webSocketAuthority}`,
    )
    .replaceAll(`https://sqs.${region}.${urlSuffix}`, `http://${sqsAuthority}`)
    .replaceAll(`https://cognito-idp.${region}.${urlSuffix}`, `http://${issuerAuthority}`);

const localiseValue = (value: unknown, place: Place): unknown => {
  if (typeof value === 'string') return localise(value, place);
  if (Array.isArray(value)) return value.map((item) => localiseValue(item, place));
  if (typeof value !== 'object' || value === null) return value;
  return localiseAll(value, place);
};

/** {@link localise} on every text inside, at any depth. */
export const localiseAll = (members: object, place: Place): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).map(([key, member]) => [key, localiseValue(member, place)]));
