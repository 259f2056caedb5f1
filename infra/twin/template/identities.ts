import type { Identify } from './identity.ts';
import { notRunType } from './notRunTypes.ts';
import { runTypes } from './runTypes.ts';

/**
 * What names a resource of this type: what `Ref` and `Fn::GetAtt` give for it by the "Return values" section of its
 * page in the CloudFormation template reference. Undefined for a type that the twin does not know.
 */
export const identityOfType = (type: string): Identify | undefined =>
  Object.hasOwn(runTypes, type) ? runTypes[type] : notRunType(type)?.identify;
