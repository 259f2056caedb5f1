/** What provisioning does for one thing, in this order. */
export type ProvisionStep =
  | 'create the thing'
  | 'make a key'
  | 'retire the old certificate'
  | 'have a certificate signed'
  | 'write the certificate'
  | 'attach the policy'
  | 'attach the thing'
  | 'activate the certificate';

/** What undoing it does, in this order. */
export type UndoStep = 'remove the certificate' | 'delete the thing' | 'delete the files';

/** What is to be done, or was done, for a thing. */
export type Work<Step extends string> = {
  readonly thing: string;
  readonly steps: readonly Step[];
  /** Why nothing is done, or not everything, and what to do about it: a sentence. */
  readonly left?: string | undefined;
};
