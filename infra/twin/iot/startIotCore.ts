import type { Clock } from '../clock.ts';
import type { OpenJournal } from '../journal/journal.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { startBroker, type Broker, type BrokerOptions } from './broker.ts';
import { startControlPlane } from '../iotRegistry/startControlPlane.ts';
import { createPermissions, type Permissions } from '../iotPolicy/permissions.ts';
import { readPolicy } from '../iotPolicy/readPolicy.ts';
import { certificateAuthority } from '../iotRegistry/keptAuthority.ts';
import { createRegistry } from '../iotRegistry/registry.ts';

export type IotCoreOptions = Omit<BrokerOptions, 'secure' | 'port'> & {
  readonly ports: { readonly mqtt: number; readonly mqtts: number; readonly iot: number };
  /** `AWS::IoT::Policy`; others are passed over. */
  readonly resources: readonly Resource[];
  readonly region: string;
  readonly clock: Clock;
  /** Keeps things and certificates from one start to the next. */
  readonly journal: OpenJournal;
  /** A folder that keeps the CA; without it there is a new one at each start. */
  readonly data: string | undefined;
  readonly report: Report;
};

/** Devices' side of AWS IoT Core: the broker with both its ports, and the API that makes things and certificates. */
export type IotCore = {
  readonly broker: Pick<Broker, 'port' | 'securePort'>;
  readonly iotPort: number;
  readonly denied: Permissions['denied'];
  readonly close: () => Promise<void>;
};

/** The names under which the MQTTS port is on this machine. TLS sends no address as server name, so it is called localhost. */
const namesOf = (host: string): readonly string[] => ['localhost', host];

/** Throws TwinError for a policy that the twin cannot evaluate and for a port that is taken. */
export const startIotCore = async (options: IotCoreOptions): Promise<IotCore> => {
  const { host, ports, resources, region, clock, report } = options;
  const policies = resources
    .filter(({ type }) => type === 'AWS::IoT::Policy')
    .map((resource) => readPolicy(resource, { region, report }));
  const authority = await certificateAuthority(options.data);
  const registry = createRegistry(options.journal);
  const permissions = createPermissions({ registry, policies, region });
  const running: (() => Promise<void>)[] = [registry.close];
  const close = async (): Promise<void> => {
    for (const end of running.splice(0).reverse()) await end();
  };
  try {
    const identity = { ...(await authority.serverCertificate(namesOf(host))), ca: authority.certificate };
    const secure = { port: ports.mqtts, identity, permissions };
    const broker = await startBroker({ ...options, port: ports.mqtt, secure });
    running.push(broker.close);
    // On AWS within minutes, here at once (developer guide, "Activate or deactivate a client certificate").
    registry.onCertificate((id) => {
      if (registry.certificate(id)?.status !== 'ACTIVE') broker.cutCertificate(id);
    });
    const endpointAddress = (): string => `localhost:${broker.securePort}`;
    const context = { registry, policies, authority, region, clock, endpointAddress };
    const api = await startControlPlane(context, { host, port: ports.iot });
    running.push(api.close);
    return { broker, iotPort: api.port, denied: permissions.denied, close };
  } catch (error) {
    await close();
    throw error;
  }
};
