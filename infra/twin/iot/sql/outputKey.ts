import type { Expression } from './expression.ts';

/**
 * The key of a selected expression that has no AS. A path gives its last name (`color.red` gives `red`). A function
 * gives its name (`topic(2)` gives `topic`): the developer guide is silent here, so name such columns with AS.
 * Anything else has no name of its own, and the twin asks for AS.
 */
export const outputKey = (expression: Expression): string | undefined =>
  'name' in expression ? expression.name : undefined;
