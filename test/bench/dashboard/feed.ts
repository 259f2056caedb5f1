import type { HistoryReading, SensorUpdate, SnapshotDevice } from '../../../fanout/protocol.ts';
import { region, type Feed } from './scene.ts';

/**
 * Readings by formula: which reading a device sends when, and what it says, follows from its number and the start. So a
 * page can be held to what it shows: the field `count` tells when it was measured.
 */
export type Course = Feed & { readonly start: number };

const deviceType = 'pump';
const width = 5;
export const deviceIdOf = (device: number): string => `bench-${String(device).padStart(width, '0')}`;
export const deviceOf = (deviceId: string): number => Number(deviceId.slice(-width));

/** When a reading is measured, epoch ms. Devices take turns, so that readings come evenly. */
export const measuredAt = ({ start, devices, perSecond }: Course, device: number, count: number): number =>
  start + ((count + device / devices) * 1_000) / perSecond;

/** The number of the newest reading of a device at that time, -1 before the first. */
export const newestAt = ({ start, devices, perSecond }: Course, device: number, at: number): number =>
  Math.floor(((at - start) * perSecond) / 1_000 - device / devices);

const dataOf = (device: number, count: number): Record<string, number> => ({
  count,
  temperature: Math.round(100 * (60 + 8 * Math.sin(count / 20 + device))) / 100,
  pressure: Math.round(1_000 * (4 + Math.cos(count / 11 + 2 * device))) / 1_000,
  vibration: Math.round(100 * (1 + Math.sin(count / 3 + 3 * device))) / 100,
});

const stampsOf = (course: Course, device: number, count: number) => {
  const ts = Math.round(measuredAt(course, device, count));
  return { ts, receivedAt: ts + 2, boot: 1, seq: count, data: dataOf(device, count) };
};

export const updateOf = (course: Course, device: number, count: number, sentAt: number): SensorUpdate => ({
  type: 'sensor_update',
  deviceId: deviceIdOf(device),
  region,
  deviceType,
  ...stampsOf(course, device, count),
  sentAt,
});

/** What was measured after `from` and not after `to`, the oldest first. */
export const updatesBetween = (course: Course, from: number, to: number): SensorUpdate[] => {
  const updates: SensorUpdate[] = [];
  for (let device = 0; device < course.devices; device += 1)
    for (
      let count = Math.max(0, newestAt(course, device, from) + 1);
      count <= newestAt(course, device, to);
      count += 1
    )
      updates.push(updateOf(course, device, count, to));
  return updates.sort((a, b) => a.ts - b.ts);
};

/** Every device with its newest reading; before its first, one that it sent in an earlier life. */
export const snapshotAt = (course: Course, at: number): SnapshotDevice[] =>
  Array.from({ length: course.devices }, (_, device) => {
    const latest = stampsOf(course, device, Math.max(0, newestAt(course, device, at)));
    return {
      deviceId: deviceIdOf(device),
      region,
      deviceType,
      online: true,
      lastSeen: latest.receivedAt,
      latest,
    };
  });

/** The last readings of a device, the oldest first. */
export const historyAt = (course: Course, device: number, at: number, most: number): HistoryReading[] => {
  const newest = newestAt(course, device, at);
  const count = Math.max(0, Math.min(most, newest + 1));
  return Array.from({ length: count }, (_, n) => ({
    region,
    deviceType,
    ...stampsOf(course, device, newest - count + 1 + n),
  }));
};
