/** What `Ref` gives for a queue. `endpoint` is `http://host:port`, without a slash at its end. */
export const queueUrl = (of: { endpoint: string; account: string; name: string }): string =>
  `${of.endpoint}/${of.account}/${of.name}`;

/** What `Fn::GetAtt Arn` gives for a queue. */
export const queueArn = (of: { region: string; account: string; name: string }): string =>
  `arn:aws:sqs:${of.region}:${of.account}:${of.name}`;

/** The queue's name in its URL, its ARN, or the name itself. AWS looks at nothing else in a URL either. */
export const queueNameOf = (urlOrArn: string): string => urlOrArn.split(/[/:]/).at(-1) ?? '';
