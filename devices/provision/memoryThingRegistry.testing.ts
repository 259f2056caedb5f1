import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequest, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';

import type { CertificateStatus, ThingRegistry } from './thingRegistry.ts';

type Certificate = { status: CertificateStatus; certificate: string; policies: Set<string> };

/** AWS IoT in memory, as far as {@link ThingRegistry} goes, with a look inside. */
export type MemoryThingRegistry = ThingRegistry & {
  readonly things: Map<string, { attributes: object; certificates: Set<string> }>;
  readonly certificates: Map<string, Certificate>;
  /** Names of the calls so far that change something. */
  readonly changes: string[];
  /** Called before each call that changes something; what it throws, the call throws. */
  beforeChange: (name: string) => void;
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const prefix = 'arn:aws:iot:eu-west-1:123456789012:cert/';

const sign = async (request: string): Promise<string> => {
  const { privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { publicKey, subject } = new Pkcs10CertificateRequest(request);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: 'CN=Test CA',
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: algorithm,
    notAfter: new Date('2049-12-31T23:59:59Z'),
  });
  return certificate.toString('pem');
};

export const memoryThingRegistry = (policies: readonly string[] = ['Device']): MemoryThingRegistry => {
  const things: MemoryThingRegistry['things'] = new Map();
  const certificates: MemoryThingRegistry['certificates'] = new Map();
  const arnOf = (id: string): string => (id.startsWith(prefix) ? id : `${prefix}${id}`);
  const existing = <T>(from: ReadonlyMap<string, T>, key: string): T => {
    const found = from.get(key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    return found;
  };
  const registry: MemoryThingRegistry = {
    things,
    certificates,
    changes: [],
    beforeChange: () => undefined,
    endpoint: async () => 'mqtts://iot.example.com:8883',
    hasPolicy: async (name) => policies.includes(name),
    hasThing: async (name) => things.has(name),
    certificate: async (id) => {
      const found = certificates.get(arnOf(id));
      return found && { arn: arnOf(id), status: found.status, certificate: found.certificate };
    },
    policiesOf: async (arn) => [...existing(certificates, arn).policies],
    certificatesOf: async (thing) => [...(things.get(thing)?.certificates ?? [])],
    thingsOf: async (arn) =>
      [...things].filter(([, thing]) => thing.certificates.has(arn)).map(([name]) => name),
    createThing: change('createThing', (name, attributes) => {
      things.set(name, { attributes, certificates: new Set() });
    }),
    deleteThing: change('deleteThing', (name) => {
      if ((things.get(name)?.certificates.size ?? 0) > 0) throw new Error(`${name} is attached`);
      things.delete(name);
    }),
    createCertificate: change('createCertificate', async (request) => {
      const certificate = await sign(request);
      const arn = arnOf(
        createHash('sha256')
          .update(Buffer.from(new X509Certificate(certificate).rawData))
          .digest('hex'),
      );
      certificates.set(arn, { status: 'INACTIVE', certificate, policies: new Set() });
      return { arn, status: 'INACTIVE', certificate };
    }),
    setActive: change('setActive', (arn, isActive) => {
      existing(certificates, arn).status = isActive ? 'ACTIVE' : 'INACTIVE';
    }),
    deleteCertificate: change('deleteCertificate', async (arn) => {
      const { status, policies: attached } = existing(certificates, arn);
      const isAttached = attached.size > 0 || (await registry.thingsOf(arn)).length > 0;
      if (status === 'ACTIVE' || isAttached) throw new Error(`${arn} is in use`);
      certificates.delete(arn);
    }),
    attachPolicy: change('attachPolicy', (name, arn) => {
      existing(certificates, arn).policies.add(name);
    }),
    detachPolicy: change('detachPolicy', (name, arn) => {
      existing(certificates, arn).policies.delete(name);
    }),
    attachThing: change('attachThing', (thing, arn) => {
      existing(things, thing).certificates.add(arn);
    }),
    detachThing: change('detachThing', (thing, arn) => {
      existing(things, thing).certificates.delete(arn);
    }),
  };

  function change<Args extends readonly unknown[], Result>(
    name: string,
    act: (...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      registry.beforeChange(name);
      registry.changes.push(name);
      return act(...args);
    };
  }
  return registry;
};
