/** How many values a context key may have in one request; undefined: the twin gives it none, ever. */
export type KeyKind = (key: string) => 'one' | 'many' | undefined;

/**
 * The keys that requests have in the twin (IAM user guide, "AWS global condition context keys"; Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon DynamoDB"). One that is not here is refused by name.
 */
const kinds: ReadonlyMap<string, 'one' | 'many'> = new Map([
  ['aws:principalaccount', 'one'],
  ['aws:principalarn', 'one'],
  ['aws:principalisawsservice', 'one'],
  ['aws:principaltype', 'one'],
  ['aws:requestedregion', 'one'],
  ['aws:securetransport', 'one'],
  ['aws:sourceaccount', 'one'],
  ['aws:sourcearn', 'one'],
  // Never there for a role, which is what conditions on it may be about.
  ['aws:username', 'one'],
  ['dynamodb:leadingkeys', 'many'],
]);

export const keyKind: KeyKind = (key) => kinds.get(key);
