import type { Condition } from '../../fanout/protocol.ts';
import type { Target } from '../../fanout/target.ts';
import type { Device, SubscriptionSpec, Viewer } from './entries.ts';

/*
 * Who should have what, said a second time: the checker must not ask the rules that it checks. PROTOCOL.md, "Grants" and
 * "Targets, conditions, readings".
 */

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** Whether one of the grants covers the device, its region or its type. */
export const mayHave = ({ grants }: Viewer, { deviceId, region, deviceType }: Device): boolean =>
  grants.some((grant) => {
    const [kind, ...rest] = grant.split(':');
    const name = { device: deviceId, region, type: deviceType }[kind ?? ''];
    return grant === '*' || (name !== undefined && covers(rest.join(':'), name));
  });

export const isTargetOf = (to: Target, { deviceId, region, deviceType }: Device): boolean => {
  if ('device' in to) return to.device === deviceId;
  return 'region' in to ? to.region === region : to.type === deviceType;
};

const holds = (condition: Condition, value: number): boolean => {
  if (condition.field !== 'value') return false;
  switch (condition.op) {
    case '>':
      return value > condition.value;
    case '>=':
      return value >= condition.value;
    case '<':
      return value < condition.value;
    case '<=':
      return value <= condition.value;
    case '!=':
      return typeof condition.value === 'number' && value !== condition.value;
    case '==':
      return value === condition.value;
    case 'exists':
      return condition.value ?? true;
    case 'changedBy':
      throw new Error('The ledger cannot say what `changedBy` leaves out.');
  }
};

/** Whether the subscription wants a reading of this value. */
export const wants = ({ where = [] }: SubscriptionSpec, value: number): boolean =>
  where.every((condition) => holds(condition, value));

/** Whether a reading that does not come is a loss. */
export const isPlain = ({ where, maxRate }: SubscriptionSpec): boolean =>
  where === undefined && maxRate === undefined;
