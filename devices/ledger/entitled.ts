import type { Target } from '../../fanout/client/telemetryClient.ts';
import type { Condition } from '../../fanout/protocol.ts';
import type { Data, Device, SubscriptionSpec, Viewer } from './entries.ts';

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

const jsonTypeOf = (value: unknown): string => (value === null ? 'null' : typeof value);

const compares = (condition: Condition, value: number): boolean => {
  switch (condition.op) {
    case '>':
      return value > condition.value;
    case '>=':
      return value >= condition.value;
    case '<':
      return value < condition.value;
    default:
      return condition.op === '<=' && value <= condition.value;
  }
};

const holds = (condition: Condition, data: Data): boolean => {
  const value = Object.hasOwn(data, condition.field) ? data[condition.field] : undefined;
  switch (condition.op) {
    case '==':
      return value === condition.value;
    case '!=':
      return jsonTypeOf(value) === jsonTypeOf(condition.value) && value !== condition.value;
    case 'exists':
      return (value !== undefined) === (condition.value ?? true);
    case 'changedBy':
      throw new Error('The ledger cannot say what `changedBy` leaves out.');
    default:
      return typeof value === 'number' && compares(condition, value);
  }
};

/** Whether the subscription wants a reading that says this. */
export const wants = ({ where = [] }: SubscriptionSpec, data: Data): boolean =>
  where.every((condition) => holds(condition, data));

/** Whether a reading that does not come is a loss. */
export const isPlain = ({ where, maxRate }: SubscriptionSpec): boolean =>
  where === undefined && maxRate === undefined;
