/** What a policy may ask about a connection, by the name of the variable; undefined where it has no value. */
export type PolicyVariables = Readonly<Record<string, string | undefined>>;

const known = /^iot:(ClientId|Connection\.Thing\.(ThingName|ThingTypeName|IsAttached|Attributes\[[^\]]+\]))$/;

/** Whether the twin gives this variable a value (AWS IoT developer guide, "Basic policy variables", "Thing policy variables"). */
export const isKnownVariable = (name: string): boolean => known.test(name);

const inText = /\$\{([^}]*)\}/g;

/** The names in `${…}` of a resource or of a condition's value. */
export const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(inText)].map(([, name = '']) => name);

/**
 * A pattern with its variables filled in. Undefined when one of them has no value: then the statement does not match
 * (AWS IoT developer guide, "Policy variables"; unverified for Deny). No value holds a wildcard, as neither names of
 * things nor the client ids that the twin lets in may.
 */
export const fillIn = (pattern: string, variables: PolicyVariables): string | undefined =>
  variablesIn(pattern).some((name) => variables[name] === undefined)
    ? undefined
    : pattern.replace(inText, (_whole, name: string) => variables[name] ?? '');
