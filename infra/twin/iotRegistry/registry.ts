import pLimit from 'p-limit';

import { noJournal, type Journal, type OpenJournal } from '../journal/journal.ts';
import type { Certificate, Thing } from './registryTypes.ts';

/**
 * The things and certificates there are. What is kept of a former start is there; a change resolves once it is kept,
 * and rejects with `NotKept`, nothing changed, when it cannot be.
 */
export type Registry = {
  thing: (name: string) => Thing | undefined;
  /** In the order of their names. */
  things: () => readonly Thing[];
  certificate: (id: string) => Certificate | undefined;
  putThing: (thing: Thing) => Promise<void>;
  putCertificate: (certificate: Certificate) => Promise<void>;
  removeThing: (name: string) => void;
  removeCertificate: (id: string) => void;
  /**
   * Runs `act` after all that were given before it. For what decides on a change by what is there: a change takes as long as
   * its journal, and a second one decided meanwhile would overwrite it.
   */
  oneByOne: <T>(act: () => Promise<T>) => Promise<T>;
  /** Calls `listener` with the id of each certificate that is changed or removed. */
  onCertificate: (listener: (id: string) => void) => void;
  close: () => Promise<void>;
};

const byName = (a: Thing, b: Thing): number => (a.thingName < b.thingName ? -1 : 1);

/** A map that a journal keeps. */
const keptMap = <Value extends object>(journal: Journal<Value>) => {
  const entries = new Map(journal.entries());
  return {
    get: (key: string): Value | undefined => entries.get(key),
    values: (): Value[] => [...entries.values()],
    put: async (key: string, value: Value): Promise<void> => {
      await journal.put(key, value);
      entries.set(key, value);
    },
    remove: (key: string): void => {
      entries.delete(key);
      journal.remove(key);
    },
    close: journal.close,
  };
};

export const createRegistry = (openJournal: OpenJournal = noJournal): Registry => {
  const things = keptMap(openJournal<Thing>('iot-things'));
  const certificates = keptMap(openJournal<Certificate>('iot-certificates'));
  const listeners: ((id: string) => void)[] = [];
  const limit = pLimit(1);
  const changed = (id: string): void => listeners.forEach((listener) => listener(id));
  return {
    thing: things.get,
    things: () => things.values().sort(byName),
    certificate: certificates.get,
    putThing: (thing) => things.put(thing.thingName, thing),
    putCertificate: async (certificate) => {
      await certificates.put(certificate.certificateId, certificate);
      changed(certificate.certificateId);
    },
    removeThing: things.remove,
    removeCertificate: (id) => {
      certificates.remove(id);
      changed(id);
    },
    oneByOne: (act) => limit(act),
    onCertificate: (listener) => void listeners.push(listener),
    close: async () => {
      await Promise.all([things.close(), certificates.close()]);
    },
  };
};
