import { fitsGlob } from '../glob.ts';
import { stringOf } from '../json.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';

/** Who calls: a service principal such as `iot.amazonaws.com`, and on behalf of which resource. */
export type Caller = { principal: string; sourceArn?: string; sourceAccount?: string };

/** One `AWS::Lambda::Permission`. An absent condition always holds. */
export type Permission = {
  readonly functionName: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
};

const known = new Set(['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount']);
const actions = new Set(['lambda:InvokeFunction', 'lambda:*', '*']);

/**
 * The permissions that allow an invocation. One with a condition the twin cannot check (an organisation, an event
 * source token) is reported and allows nothing, so that nothing is let in by mistake.
 */
export const readPermissions = (resources: readonly Resource[], report: Report): Permission[] =>
  resources.flatMap((resource) => {
    reportUnknownProperties(resource, known, report);
    const checkable = Object.keys(resource.properties).every((name) => known.has(name));
    const applies = actions.has(stringOf(resource.properties['Action']) ?? '');
    return checkable && applies ? [permissionOf(resource)] : [];
  });

const permissionOf = ({ properties }: Resource): Permission => {
  const sourceArn = stringOf(properties['SourceArn']);
  const sourceAccount = stringOf(properties['SourceAccount']);
  return {
    functionName: functionNameOf(stringOf(properties['FunctionName']) ?? ''),
    principal: stringOf(properties['Principal']) ?? '',
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
};

/** The name in a function's name or ARN; a version or alias after it is dropped, the twin has only `$LATEST`. */
export const functionNameOf = (nameOrArn: string): string =>
  (nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn.split(':')[0]) ?? '';

/**
 * Why the function's resource-based policy refuses `caller`, or undefined when a permission lets it in
 * (Lambda developer guide, "Using resource-based policies").
 */
export const denial = (
  permissions: readonly Permission[],
  name: string,
  caller: Caller,
): string | undefined => {
  if (permissions.some((permission) => permission.functionName === name && allows(permission, caller))) {
    return undefined;
  }
  return (
    `${caller.principal} may not invoke function ${name} for ${caller.sourceArn ?? 'no source ARN'}: ` +
    'no AWS::Lambda::Permission allows it.'
  );
};

const allows = (permission: Permission, caller: Caller): boolean => {
  const { principal, sourceArn, sourceAccount } = permission;
  if (principal !== '*' && principal !== caller.principal) return false;
  if (sourceAccount !== undefined && sourceAccount !== caller.sourceAccount) return false;
  return sourceArn === undefined || (caller.sourceArn !== undefined && fitsGlob(sourceArn, caller.sourceArn));
};
