import type { Model } from './model.ts';
import { drift, round, seedOf, trait } from './noise.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** How long a calibration takes. */
const calibrationMs = 600_000;
/** ppm of carbon dioxide in the open air. */
const outdoors = 425;

export type AirQualityFields = {
  /** ppm, with the sensor's drift in it */
  readonly co2: number;
  /** µg/m³ */
  readonly pm2_5: number;
  /** µg/m³, never less than pm2_5 */
  readonly pm10: number;
  /** °C */
  readonly temperature: number;
  /** % relative humidity */
  readonly humidity: number;
  /** days; what drifts is as it should be at 0 */
  readonly sinceCalibration: number;
};

/** A bump around `peak` (hour of the day) that falls to 60 % of its height `width` hours away. */
const bump = (at: number, peak: number, width: number): number => {
  const away = Math.abs(((at - peak + 36) % 24) - 12);
  return Math.exp(-((away / width) ** 2) / 2);
};

/** 0 to 1: twice a day, later and flatter in the evening; less at the weekend. */
const trafficAt = (local: number): number => {
  const at = (local / hour) % 24;
  // 1 January 1970 was a Thursday.
  const isWeekend = [2, 3].includes(Math.floor(local / day) % 7);
  // Saturday would begin with a jump at midnight; the bumps are next to nothing there.
  return (isWeekend ? 0.45 : 1) * (bump(at, 8, 0.9) + 0.8 * bump(at, 17.8, 1.3));
};

/** Days since the last calibration, and what the sensor has drifted since: ppm. One every 60 to 120 days. */
const calibrationOf = (seed: number) => {
  const everyMs = trait(seed, 'calibration', 60, 120) * day;
  const first = trait(seed, 'calibrated', 0, everyMs);
  const [perDay, wander] = [trait(seed, 'drift', -0.9, 0.9), trait(seed, 'wander', 4, 12)];
  return (ts: number) => {
    const age = (((ts - first) % everyMs) + everyMs) % everyMs;
    // As new by the end of its calibration, so that the next age begins where this one ends.
    const left = Math.min(1, (everyMs - age) / calibrationMs);
    const days = (age / day) * left;
    return { days, ppm: perDay * days + wander * Math.min(1, days / 5) * drift(seed, ts, 3 * day) };
  };
};

/**
 * An air-quality station at a street: particles follow the traffic, carbon dioxide too and the night's still air, and the
 * carbon dioxide sensor drifts away from the truth by up to 100 ppm until it is calibrated again.
 */
export const airQuality: Model<AirQualityFields> = {
  type: 'air-quality',
  prefix: 'air',
  description: 'Street air: particles with the traffic, and a CO2 sensor that drifts until it is calibrated.',
  fields: {
    co2: { unit: 'ppm', description: 'carbon dioxide, drifting up to 1 ppm a day' },
    pm2_5: { unit: 'µg/m³', description: 'fine particles' },
    pm10: { unit: 'µg/m³', description: 'particles, the fine ones included' },
    temperature: { unit: '°C', description: 'of the air: coldest before sunrise, by season' },
    humidity: { unit: '%', description: 'relative' },
    sinceCalibration: { unit: 'd', description: 'days in which the CO2 sensor has drifted' },
  },
  device: (seed) => {
    const shift = trait(seed, 'shift', -hour, hour);
    const [busy, clean] = [trait(seed, 'busy', 8, 30), trait(seed, 'clean', 4, 11)];
    const [mean, season] = [trait(seed, 'mean', 9, 16), trait(seed, 'season', 6, 11)];
    const calibration = calibrationOf(seed ^ seedOf('calibration'));
    const wobble = (name: string, ts: number, periodMs: number) => drift(seed ^ seedOf(name), ts, periodMs);

    return (ts) => {
      const local = ts + shift;
      const traffic = trafficAt(local);
      const { days, ppm } = calibration(ts);
      const sun = Math.cos(((local - 15 * hour) / day) * 2 * Math.PI);
      const summer = Math.cos(((ts - 200 * day) / (365.25 * day)) * 2 * Math.PI);
      const weather = wobble('weather', ts, 2 * day);
      const still = Math.exp(0.5 * weather);
      const fine = still * (clean + busy * traffic) * (1 + 0.12 * wobble('fine', ts, 40_000));
      const co2 = outdoors + 22 * (1 - sun) * still + 35 * traffic + 6 * wobble('co2', ts, 30_000);
      return {
        co2: round(co2 + ppm, 0),
        pm2_5: round(fine, 1),
        pm10: round(fine * (1.45 + 0.2 * wobble('dust', ts, 60_000)), 1),
        temperature: round(
          mean + season * summer + 4 * sun + 4 * weather + 0.1 * wobble('air', ts, 30_000),
          1,
        ),
        humidity: round(66 - 14 * sun + 14 * wobble('damp', ts, day) + wobble('fog', ts, 60_000), 1),
        sinceCalibration: round(days, 2),
      };
    };
  },
};
