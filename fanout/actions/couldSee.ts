import { maySee, type Grant } from '../grants.ts';
import type { Target } from '../target.ts';

/**
 * Whether a reading of this device that is of the target could be covered. By a type grant a region's reading could be
 * whatever the device is, and the other way round: devices move, and what they said before is still theirs.
 */
export const couldSee = (grants: readonly Grant[], target: Target, deviceId: string): boolean => {
  if ('device' in target) return true;
  if ('region' in target)
    return grants.some((grant) => grant.startsWith('type:')) || maySee(grants, { deviceId, ...target });
  return (
    grants.some((grant) => grant.startsWith('region:')) ||
    maySee(grants, { deviceId, region: '', deviceType: target.type })
  );
};
