/** What the benchmark posts: the n-th post, as both ends know it. */

/** To 50 connections in turn, as one reading goes to its viewers. */
export const connectionIdOf = (n: number): string => `L0SM9cOFvHcCI${String(n % 50).padStart(2, '0')}=`;

/** As long as a usual update is; not all of it ASCII. */
export const frameOf = (n: number): string =>
  JSON.stringify({
    type: 'sensor_update',
    id: 's1',
    deviceId: 'boiler-7',
    region: 'eu-west',
    deviceType: 'boiler',
    seq: n,
    ts: 1_798_632_000_000 + n,
    receivedAt: 1_798_632_000_012 + n,
    data: { temperature: 21.4, unit: '°C', pressure: 1.013, flow: 0.82, valve: 'open', rssi: -61 },
  });

export const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'a-session-token-'.repeat(40), // those of Lambda have some 700 characters
};
export const region = 'eu-central-1';
