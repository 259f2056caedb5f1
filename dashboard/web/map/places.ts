import type { Device } from '../fleet/device.ts';
import type { Health } from '../view/view.ts';
import { positionOf, type Position } from './positionOf.ts';
import { pointOf } from './projection.ts';

/** A device on the map. */
export type Place = {
  readonly device: Device;
  position: Position;
  x: number;
  y: number;
  health: Health;
  /** Where it was before, as x and y in turn, the newest last. Empty while it does not move. */
  readonly trail: number[];
};

/** Of a device that moves. Those of 20,000 take 6 MB. */
const trailPoints = 20;

export type Places = {
  /** In the order of the devices. Another list when one comes or goes; what is in it changes in place. */
  readonly all: () => readonly Place[];
  /** Takes over what the devices have sent since; whether anything is to be drawn anew. */
  readonly refresh: (devices: readonly Device[], withHealth: boolean) => boolean;
};

type Known = { latest: Device['latest']; status: Device['status']; place: Place | undefined };

const moveTo = (place: Place, position: Position): boolean => {
  const { x, y } = pointOf(position);
  if (x === place.x && y === place.y) return false;
  place.trail.push(place.x, place.y);
  if (place.trail.length > 2 * trailPoints) place.trail.splice(0, 2);
  Object.assign(place, { position, x, y });
  return true;
};

/** Where the devices are. A device that sends its position now and then stays where it was meanwhile. */
export const createPlaces = (healthOf: (device: Device) => Health): Places => {
  let known = new Map<string, Known>();
  let of: readonly Device[] = [];
  let all: readonly Place[] = [];

  const setHealth = (place: Place): boolean => {
    const health = healthOf(place.device);
    if (health === place.health) return false;
    place.health = health;
    return true;
  };

  const take = (device: Device, entry: Known): boolean => {
    entry.latest = device.latest;
    entry.status = device.status;
    const position = positionOf(device.latest.data);
    if (entry.place === undefined) {
      if (position === undefined) return false;
      const health = healthOf(device);
      entry.place = { device, position, ...pointOf(position), health, trail: [] };
      return true;
    }
    const isMoved = position !== undefined && moveTo(entry.place, position);
    return setHealth(entry.place) || isMoved;
  };

  /** Those that are still watched; one that was forgotten and came back is another. */
  const keep = (devices: readonly Device[]): void => {
    const before = known;
    known = new Map();
    for (const device of devices) {
      const entry = before.get(device.id);
      if (entry !== undefined && (entry.place === undefined || entry.place.device === device))
        known.set(device.id, entry);
    }
  };

  return {
    all: () => all,
    refresh: (devices, withHealth) => {
      let isChanged = devices !== of;
      if (isChanged) keep(devices);
      of = devices;
      let isListChanged = isChanged;
      for (const device of devices) {
        let entry = known.get(device.id);
        if (entry === undefined) {
          entry = { latest: device.latest, status: device.status, place: undefined };
          known.set(device.id, entry);
        } else if (entry.latest === device.latest && entry.status === device.status) {
          if (withHealth && entry.place !== undefined && setHealth(entry.place)) isChanged = true;
          continue;
        }
        const hadPlace = entry.place !== undefined;
        if (take(device, entry)) isChanged = true;
        isListChanged ||= !hadPlace && entry.place !== undefined;
      }
      if (isListChanged)
        all = devices.flatMap(({ id }) => {
          const place = known.get(id)?.place;
          return place === undefined ? [] : [place];
        });
      return isChanged;
    },
  };
};
