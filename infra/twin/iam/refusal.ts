/** A request that was denied, in AWS's terms. */
export type Refusal = {
  /** ARN of the session that asked. */
  readonly session: string;
  readonly action: string;
  readonly resource: string;
  /** The kind of policy that denies it; undefined when none allows it. */
  readonly deniedIn: 'identity' | 'resource' | undefined;
};

/** The sentence in which services say it (IAM user guide, "Troubleshoot access denied error messages"). */
export const refusalSentence = ({ session, action, resource, deniedIn }: Refusal): string =>
  `User: ${session} is not authorized to perform: ${action} on resource: ${resource} ` +
  (deniedIn === undefined
    ? `because no identity-based policy allows the ${action} action`
    : `with an explicit deny in ${deniedIn === 'identity' ? 'an identity-based' : 'a resource-based'} policy`);
