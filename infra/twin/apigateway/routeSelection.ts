import { own } from '../json.ts';

/** Text and paths into the body, in the order of the expression. */
export type RouteSelection = readonly (string | readonly string[])[];

const variable = /\$\{request\.body\.([\w.-]+)\}|\$request\.body\.([\w-]+(?:\.[\w-]+)*)/g;

/**
 * Parses a route selection expression such as `$request.body.action` or `${request.body.a}/${request.body.b}`
 * (API Gateway guide, "WebSocket selection expressions"). Undefined when it uses any other variable.
 */
export const parseRouteSelection = (expression: string): RouteSelection | undefined => {
  const parts: (string | string[])[] = [];
  let end = 0;
  for (const match of expression.matchAll(variable)) {
    parts.push(expression.slice(end, match.index), (match[1] ?? match[2] ?? '').split('.'));
    end = match.index + match[0].length;
  }
  parts.push(expression.slice(end));
  const readable = parts.every((part) => typeof part !== 'string' || !part.includes('$'));
  return readable ? parts.filter((part) => part !== '') : undefined;
};

/** Routes that a message cannot name, whatever its body says (from memory). */
const lifecycle = new Set(['$connect', '$disconnect']);

/**
 * The route key for one message: the exact match, else `$default`, else undefined. What is not JSON goes to `$default`;
 * a path that is missing counts as the empty text.
 */
export const selectRoute = (
  selection: RouteSelection,
  routeKeys: { has: (key: string) => boolean },
  body: string,
): string | undefined => {
  const key = evaluate(selection, body);
  if (key !== undefined && !lifecycle.has(key) && routeKeys.has(key)) return key;
  return routeKeys.has('$default') ? '$default' : undefined;
};

const evaluate = (selection: RouteSelection, body: string): string | undefined => {
  try {
    const json: unknown = JSON.parse(body);
    return selection
      .map((part) => (typeof part === 'string' ? part : textOf(part.reduce(own, json))))
      .join('');
  } catch (error) {
    // SyntaxError: not JSON. RangeError: parsed, but nested too deep to be stringified.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
};

const textOf = (value: unknown): string => {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
