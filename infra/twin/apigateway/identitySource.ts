import { own } from '../json.ts';
import { headerIn, type RequestMaps } from './requestMaps.ts';

/** Where an authorizer wants a value to be before it is asked at all. */
export type IdentitySource = {
  from: 'header' | 'querystring' | 'context' | 'stageVariables';
  name: string;
};

const form = /^(?:route\.request\.(header|querystring)|(context|stageVariables))\.(.+)$/;

/** Parses `route.request.header.X`, `route.request.querystring.y`, `context.z` or `stageVariables.v`. */
export const parseIdentitySource = (text: string): IdentitySource | undefined => {
  const match = form.exec(text);
  const from = match?.[1] ?? match?.[2];
  // A cast, since the expression above lets no other word through.
  return match?.[3] === undefined ? undefined : { from: from as IdentitySource['from'], name: match[3] };
};

export type IdentityValues = RequestMaps & {
  requestContext: unknown;
  stageVariables: Readonly<Record<string, string>>;
};

/** Whether the source has a value that is not empty. Header names match in any case. */
export const hasIdentity = (values: IdentityValues, { from, name }: IdentitySource): boolean => {
  const value = valueAt(values, from, name);
  return value !== undefined && value !== null && value !== '';
};

const valueAt = (values: IdentityValues, from: IdentitySource['from'], name: string): unknown => {
  if (from === 'querystring') return own(values.queryStringParameters, name);
  if (from === 'stageVariables') return own(values.stageVariables, name);
  if (from === 'context') return name.split('.').reduce<unknown>(own, values.requestContext);
  return headerIn(values, name);
};
