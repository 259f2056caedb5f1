import type { DashboardConfig } from '../../config.ts';

/** What a field of this type of device is measured in, if somebody said. */
export const unitOf = (
  units: DashboardConfig['units'],
  deviceType: string | undefined,
  field: string,
): string | undefined => {
  const ofType = units !== undefined && deviceType !== undefined && Object.hasOwn(units, deviceType);
  const fields = ofType ? units[deviceType] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
};
