import { startLocal, type Local, type LocalOptions } from '../infra/local/startLocal.ts';
import { host, servers, type LocalPorts } from '../infra/local/ports.ts';
import { freePort } from '../infra/twin/listen.ts';

/** A free port for everything that listens. */
export const freePorts = async (): Promise<LocalPorts> => {
  const names = Object.keys(servers);
  const ports = await Promise.all(names.map(() => freePort(host)));
  return Object.fromEntries(names.map((name, n) => [name, ports[n]])) as LocalPorts; // One port for each name.
};

/** The whole of Fieldcast on free ports, without simulated devices; what it reports is collected. */
export const startForTest = async (
  over: Partial<LocalOptions> = {},
): Promise<Local & { reported: string[]; logged: string[] }> => {
  const reported: string[] = [];
  const logged: string[] = [];
  const local = await startLocal({
    ports: await freePorts(),
    devices: 0,
    rate: 1,
    report: (line) => reported.push(line),
    log: ({ line }) => logged.push(line),
    ...over,
  });
  return { ...local, reported, logged };
};
