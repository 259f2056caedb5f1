import { type Command, InvalidArgumentError, Option } from 'commander';

import { brokerUrl, isEncrypted, isWebSocket } from './brokerUrl.ts';
import { readCa, readCertificate } from './certificateFiles.ts';
import { type ConnectionSettings, connectionDefaults, transportNames } from './connectionSettings.ts';
import { DevicesError } from './devicesError.ts';
import { withoutSecrets } from './withoutSecrets.ts';

/** What commander makes of the options that `addConnectionOptions` adds. */
export type ConnectionOptions = {
  readonly broker: string;
  readonly transport: ConnectionSettings['transport'];
  readonly mqttVersion: '3' | '5';
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly username?: string;
  readonly password?: string;
  readonly keepAlive: number;
  readonly retain?: boolean;
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly willRetain?: boolean;
  readonly basicIngest?: string;
  readonly persistentSession?: boolean;
  readonly websocket?: boolean;
};

const defaults = connectionDefaults;

/** AWS IoT Core takes 30 to 1,200 s; MQTT itself 0 to 65,535 [MQTT-3.1.2.10]. */
const parseKeepAlive = (text: string): number => {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= 65_535) return seconds;
  throw new InvalidArgumentError('Give a whole number of seconds, 0 (none) to 65535.');
};

/** `topic=payload`; the payload may contain `=`. */
const parseWill = (text: string): { topic: string; payload: string } => {
  const at = text.indexOf('=');
  const topic = text.slice(0, at);
  if (at < 1 || /[+#\0]/.test(topic)) {
    throw new InvalidArgumentError('Give TOPIC=PAYLOAD, without wildcards: status/{device}=gone.');
  }
  return { topic, payload: text.slice(at + 1) };
};

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html (ruleName) */
const parseRule = (text: string): string => {
  if (/^\w{1,128}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of an IoT rule: letters, digits and "_".');
};

/** Adds the options that say how devices reach their broker; every command that publishes has them. */
export const addConnectionOptions = (command: Command): Command =>
  command
    .option('--broker <URL>', 'mqtt://, mqtts://, ws:// or wss://, or an AWS IoT endpoint', defaults.broker)
    .addOption(
      new Option('--transport <NAME>', 'the client: mqtt (any broker) or aws-iot (the AWS IoT device SDK)')
        .choices(transportNames)
        .default(defaults.transport),
    )
    .addOption(
      new Option('--mqtt-version <N>', 'MQTT 3.1.1 or 5')
        .choices(['3', '5'])
        .default(String(defaults.mqttVersion)),
    )
    .option('--ca <FILE>', "who signed the broker's certificate, PEM (default: who the system trusts)")
    .option('--cert <FILE>', 'certificate of the devices, PEM')
    .option('--key <FILE>', 'private key of that certificate, PEM')
    .option('--username <NAME>', 'MQTT user name')
    .addOption(new Option('--password <TEXT>', 'MQTT password').env('MQTT_PASSWORD'))
    .option('--keep-alive <SECONDS>', 'MQTT keep-alive, 0 for none', parseKeepAlive, defaults.keepAlive)
    .option('--retain', 'publish every message as retained')
    .option('--will <TOPIC=PAYLOAD>', 'last will; {device} stands for the client id', parseWill)
    .option('--will-retain', 'the last will is retained')
    .option('--persistent-session', 'the broker keeps the session of a device that is away')
    .option('--basic-ingest <RULE>', 'publish to $aws/rules/RULE/..., past the message broker', parseRule)
    .option('--websocket', 'aws-iot over WebSocket, signed with the AWS credentials of this shell');

const usage = (message: string): DevicesError => new DevicesError('bad_usage', message);

/** The sentence about the first two options that do not go together. */
const contradiction = (options: ConnectionOptions, broker: string): string | undefined => {
  const {
    transport,
    websocket = false,
    cert,
    key,
    retain,
    willRetain,
    will,
    basicIngest,
    mqttVersion,
  } = options;
  const isAws = transport === 'aws-iot';
  if ((cert === undefined) !== (key === undefined)) return 'Give --cert and --key together.';
  if (!isEncrypted(broker) && (cert ?? options.ca) !== undefined)
    return `A certificate needs an encrypted connection, and ${withoutSecrets(broker)} is not: use mqtts:// or wss://.`;
  if (websocket && !isAws)
    return '--websocket belongs to --transport aws-iot; for mqtt give a ws:// or wss:// url.';
  if (isAws && !isEncrypted(broker))
    return 'AWS IoT is always encrypted: give its endpoint or an mqtts:// url as --broker.';
  if (isAws && isWebSocket(broker) && !websocket)
    return 'Add --websocket, or give an mqtts:// url as --broker.';
  if (isAws && mqttVersion === '3')
    return '--transport aws-iot speaks MQTT 5 only; use --transport mqtt for 3.1.1.';
  if (retain === true && basicIngest !== undefined)
    return 'Basic Ingest passes the message broker, so nothing is retained: leave out --retain or --basic-ingest.';
  if (willRetain === true && will === undefined) return '--will-retain needs a --will.';
  return undefined;
};

/**
 * Reads the files and checks what commander cannot. Throws DevicesError: `bad_usage` for options that do not go together,
 * `bad_file` for a file that is missing or not what it should be.
 */
export const readConnection = async (options: ConnectionOptions): Promise<ConnectionSettings> => {
  const broker = brokerUrl(options.broker, options.websocket);
  if (broker === undefined)
    throw usage(
      `${withoutSecrets(options.broker)} is not a broker: give a url such as mqtt://127.0.0.1:1883, mqtts://, ws:// or wss://, or an AWS IoT endpoint.`,
    );
  const problem = contradiction(options, broker);
  if (problem !== undefined) throw usage(problem);
  const { transport, mqttVersion, ca, cert, key, username, password, keepAlive, will, basicIngest } = options;
  return {
    transport,
    broker,
    mqttVersion: mqttVersion === '3' ? 3 : 5,
    ca: ca === undefined ? undefined : await readCa(ca),
    ...(cert !== undefined && key !== undefined && { certificate: await readCertificate(cert, key) }),
    username,
    password,
    keepAlive,
    retain: options.retain === true,
    will: will && { ...will, retain: options.willRetain === true },
    basicIngest,
    persistentSession: options.persistentSession === true,
  };
};
