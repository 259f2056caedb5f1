import { connect } from 'node:net';

/** Everything binds loopback: the twin checks no signatures and hands tokens to whoever is on this machine. */
export const host = '127.0.0.1';

/** What listens in a local run: its default port, and what it is. The flag that moves it is `--{name}-port`. */
export const servers = {
  dashboard: { port: 4000, what: 'the dashboard' },
  websocket: { port: 4001, what: 'the WebSocket API' },
  dynamodb: { port: 4002, what: 'DynamoDB' },
  issuer: { port: 4003, what: 'the token issuer' },
  sqs: { port: 4004, what: 'SQS' },
  control: { port: 4005, what: 'the control server' },
  iot: { port: 4006, what: 'the AWS IoT API' },
  mqtt: { port: 1883, what: 'MQTT' },
  mqtts: { port: 8883, what: 'MQTT with certificates' },
} as const;

export type ServerName = keyof typeof servers;
export type LocalPorts = Record<ServerName, number>;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });

/** Why a local run cannot have its ports, as one sentence; undefined if it can. Asked first, so that it is told at once. */
export const portProblem = async (ports: LocalPorts): Promise<string | undefined> => {
  for (const [name, port] of Object.entries(ports) as [ServerName, number][]) {
    const twice = Object.entries(ports).find(([other, at]) => other !== name && at === port);
    if (twice) return `--${name}-port and --${twice[0]}-port are both ${port}; choose two.`;
    if (await answers(port))
      return `Port ${port}, meant for ${servers[name].what}, is taken; stop what uses it or choose another with --${name}-port.`;
  }
  return undefined;
};
