import type { KeyKind } from '../iam/contextKeys.ts';
import type { Context } from '../iam/policyText.ts';

/** What a policy may ask about a connection, by the name of the variable; undefined where it has no value. */
export type PolicyVariables = Readonly<Record<string, string | undefined>>;

const known = /^iot:(clientid|connection\.thing\.(thingname|thingtypename|isattached|attributes\[[^\]]+\]))$/;

/** The keys that the twin has values for (AWS IoT developer guide, "Basic policy variables", "Thing policy variables"). */
export const iotKeyKind: KeyKind = (key) => (known.test(key) ? 'one' : undefined);

export const contextOf = (variables: PolicyVariables): Context => {
  const values = new Map(Object.entries(variables).map(([name, value]) => [name.toLowerCase(), value]));
  return (key) => values.get(key);
};
