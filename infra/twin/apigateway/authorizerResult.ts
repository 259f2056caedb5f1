import { isObject, stringOf } from '../json.ts';
import { allowsInvoke } from './invokePolicy.ts';
import { authorizerResultBytes } from './limits.ts';

export type AuthorizerResult =
  | { kind: 'allowed'; context: Record<string, string>; usageIdentifierKey: string | undefined }
  | { kind: 'denied' }
  | { kind: 'invalid'; why: string };

/**
 * Reads `{principalId, policyDocument, context?, usageIdentifierKey?}`. Context values must be string, number or
 * boolean and become strings (API Gateway guide, "Create a Lambda REQUEST authorizer function").
 */
export const readAuthorizerResult = (payload: unknown, methodArn: string): AuthorizerResult => {
  if (!isObject(payload)) return { kind: 'invalid', why: 'it is not an object' };
  if (Buffer.byteLength(JSON.stringify(payload)) > authorizerResultBytes)
    return { kind: 'invalid', why: 'it is larger than 8 KB' };
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = payload;
  if (typeof principalId !== 'string') return { kind: 'invalid', why: 'its principalId is not a string' };
  const values = contextOf(context);
  if (!values)
    return { kind: 'invalid', why: 'its context has a value that is not string, number or boolean' };
  const allowed = allowsInvoke(policyDocument, methodArn);
  if (allowed === undefined) return { kind: 'invalid', why: 'its policyDocument has no statements' };
  if (!allowed) return { kind: 'denied' };
  return {
    kind: 'allowed',
    context: { ...values, principalId },
    usageIdentifierKey: stringOf(usageIdentifierKey),
  };
};

const contextOf = (context: unknown): Record<string, string> | undefined => {
  if (!isObject(context)) return undefined;
  const entries = Object.entries(context);
  const plain = entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return plain ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) : undefined;
};
