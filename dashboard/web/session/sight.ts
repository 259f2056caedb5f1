import { isAbout } from '../../../fanout/client/telemetryClient.ts';
import type { Device } from '../fleet/device.ts';
import type { View, Watch } from '../view/view.ts';
import type { Sight } from './attention.ts';

/** What there is to see, and who looks. */
export type Looking = {
  readonly view: View;
  readonly isHidden: boolean;
  readonly devices: readonly Device[];
  /** Those on the screen. */
  readonly seen: readonly Device[];
};

/** What somebody sees of a watch, and how many devices it has, which is Infinity where rates are not to follow attention. */
export const sightOf = (
  { to }: Watch,
  { view, isHidden, devices, seen }: Looking,
): { sight: Sight; devices: number } => {
  if (!view.attentive) return { sight: 'on-screen', devices: Infinity };
  const isIts = ({ id, latest }: Device): boolean => isAbout(to, { ...latest, deviceId: id });
  const count = devices.filter(isIts).length;
  if (isHidden) return { sight: 'hidden', devices: count };
  const isOpen = 'device' in to && to.device === view.open;
  const isOnScreen = view.open === undefined && (view.show === 'map' || seen.some(isIts));
  return { sight: count === 0 || isOpen || isOnScreen ? 'on-screen' : 'off-screen', devices: count };
};
