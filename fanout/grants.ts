import type { Reading } from './reading.ts';
import { partsOf, type Target, type TargetKind } from './target.ts';

/** What grants look at. */
type Whereabouts = Pick<Reading, 'deviceId' | 'region' | 'deviceType'>;

/**
 * What a principal may see: `*` for everything, or `{device|region|type}:{pattern}` in which a final `*` stands for any
 * rest, e.g. `region:eu-west`, `device:pump-*`. Anything else grants nothing.
 */
export type Grant = string;

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

const kinds: readonly string[] = ['device', 'region', 'type'] satisfies TargetKind[];

/** Names may hold `:`, so only the first one separates. */
const split = (grant: Grant): { kind: string; pattern: string } | undefined => {
  const at = grant.indexOf(':');
  const kind = grant.slice(0, at);
  return at > 0 && kinds.includes(kind) ? { kind, pattern: grant.slice(at + 1) } : undefined;
};

/** Whether a text is a grant: one that could cover something. */
export const isGrant = (text: string): boolean =>
  text === '*' || /^[a-zA-Z0-9:_-]*\*?$/.test(split(text)?.pattern || '#');

/** Whether any grant covers this reading, or device. Checked at delivery, for every viewer and every reading. */
export const maySee = (grants: readonly Grant[], { deviceId, region, deviceType }: Whereabouts): boolean =>
  grants.some((grant) => {
    if (grant === '*') return true;
    const parts = split(grant);
    if (parts === undefined) return false;
    if (parts.kind === 'device') return covers(parts.pattern, deviceId);
    if (parts.kind === 'region') return covers(parts.pattern, region);
    return deviceType !== undefined && covers(parts.pattern, deviceType);
  });

/**
 * Whether a subscription to this target could ever bring a reading that the grants cover. A grant of another kind may
 * overlap with the target (`device:pump-*` and region `eu-west`), which only delivery can tell; refusing those would
 * mean looking devices up, and the answer would betray which exist.
 */
export const mayEverSee = (grants: readonly Grant[], target: Target): boolean => {
  const [kind, name] = partsOf(target);
  return grants.some((grant) => {
    if (grant === '*') return true;
    const parts = split(grant);
    return parts !== undefined && (parts.kind !== kind || covers(parts.pattern, name));
  });
};

/**
 * Whether a grant covers all of the target: one of the same kind, `*`, or for a device one that covers its region or its
 * type. Stricter than {@link mayEverSee}: a viewer of some of a region's devices does not speak to the whole region.
 *
 * @param device Where a targeted device is known to be. Without it, only grants that name the device cover it.
 */
export const coversTarget = (
  grants: readonly Grant[],
  target: Target,
  device?: Omit<Whereabouts, 'deviceId'>,
): boolean => {
  if ('device' in target && device !== undefined)
    return maySee(grants, { ...device, deviceId: target.device });
  const [kind, name] = partsOf(target);
  return grants.some((grant) => {
    if (grant === '*') return true;
    const parts = split(grant);
    return parts?.kind === kind && covers(parts.pattern, name);
  });
};
