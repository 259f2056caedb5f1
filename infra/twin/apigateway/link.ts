import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/**
 * The resource of `type` whose `Ref` is `ref`, which `from` names in `property`.
 * @throws TwinError `broken_link` naming both ends.
 */
export const follow = (
  resources: readonly Resource[],
  from: Resource,
  property: string,
  type: string,
  ref: string,
): Resource => {
  const found = resources.find((resource) => resource.type === type && resource.ref === ref);
  if (found) return found;
  throw new TwinError(
    'broken_link',
    `${from.type} "${from.logicalId}": ${property} names the ${type} "${ref}", which the template does not have.`,
  );
};
