/** A stack's outputs by name. */
export type Outputs = Readonly<Record<string, string>>;

const step = (title: string, ...lines: readonly string[]): string[] => [
  '',
  title,
  '',
  ...lines.map((line) => `  ${line}`),
];

const firstUser = ({ UserPoolId: pool }: Outputs, region: string): string[] =>
  pool === undefined
    ? []
    : step(
        'A user who may see everything; the mail holds a first password:',
        `aws cognito-idp admin-create-user --region ${region} --user-pool-id ${pool} --username you@example.com --user-attributes Name=email,Value=you@example.com Name=email_verified,Value=true`,
        `aws cognito-idp admin-add-user-to-group --region ${region} --user-pool-id ${pool} --username you@example.com --group-name '*'`,
      );

const firstDevice = ({ DevicePolicyName: policy }: Outputs, region: string): string[] =>
  policy === undefined
    ? []
    : step(
        'A device with a certificate of its own, simulated:',
        `AWS_REGION=${region} npm run devices -- provision --things pump-7 --type pump --policy ${policy} --out fleet --yes`,
        'npm run devices -- simulate --fleet-file fleet/fleet.json',
      );

const look = ({ DashboardUrl, WebSocketUrl, OperationsDashboard }: Outputs, region: string): string[] => [
  ...(DashboardUrl === undefined ? [] : step('See it:', DashboardUrl)),
  ...(WebSocketUrl === undefined ? [] : step('Other clients connect to:', WebSocketUrl)),
  ...(OperationsDashboard === undefined
    ? []
    : step(
        'How it is doing (docs/runbook.md says what to do when it is not):',
        `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${OperationsDashboard}`,
      )),
];

/** `wss://abc.execute-api.eu-west-1.amazonaws.com/live` is in `eu-west-1`. */
const regionOf = ({ WebSocketUrl = '' }: Outputs): string =>
  /\.execute-api\.([a-z\d-]+)\./.exec(WebSocketUrl)?.[1] ?? '<region>';

/** What to do with a stack that has just been deployed, to be pasted. */
export const nextSteps = (outputs: Outputs): string => {
  const region = regionOf(outputs);
  return [...firstUser(outputs, region), ...firstDevice(outputs, region), ...look(outputs, region), ''].join(
    '\n',
  );
};
