import { X509Certificate } from 'node:crypto';

import { asking } from './awsErrors.ts';

/** The CA of a stand-in's MQTT endpoint, from where a twin gives it out; undefined where there is none. */
export const caOf = (api: string): Promise<string | undefined> =>
  asking(api, 'fetch the CA', async () => {
    const response = await fetch(`${api}/ca.pem`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return undefined;
    const text = await response.text();
    try {
      new X509Certificate(text);
      return text;
    } catch {
      return undefined; // Something else answers there.
    }
  });
