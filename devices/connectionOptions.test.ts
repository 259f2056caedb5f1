import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ConnectionOptions, addConnectionOptions, readConnection } from './connectionOptions.ts';
import { connectionDefaults } from './connectionSettings.ts';
import { testCa } from './transports/certificates.testing.ts';

let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'));
  const [ca, other] = [await testCa(), await testCa()];
  const [pair, otherPair] = [await ca.client('a'), await other.client('b')];
  await Promise.all([
    writeFile(file('ca.pem'), ca.ca),
    writeFile(file('cert.pem'), pair.cert),
    writeFile(file('key.pem'), pair.key),
    writeFile(file('other.pem'), otherPair.key),
    writeFile(file('text.pem'), 'hello'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

/** What a command makes of its arguments; `@name` is a file of the test's. */
const read = async (...args: string[]) => {
  const quiet = { writeErr: () => undefined, writeOut: () => undefined };
  const command = addConnectionOptions(new Command().exitOverride().configureOutput(quiet));
  command.parse(
    args.map((arg) => (arg.startsWith('@') ? file(arg.slice(1)) : arg)),
    { from: 'user' },
  );
  return readConnection(command.opts<ConnectionOptions>());
};

describe('the options of a connection', () => {
  it('lead to the twin when nothing is said', async () => {
    expect(await read()).toEqual(connectionDefaults);
  });

  it('take an AWS IoT endpoint as it is told, with the port of its protocol', async () => {
    const endpoint = 'a1b2-ats.iot.eu-west-1.amazonaws.com';
    const aws = ['--transport', 'aws-iot', '--broker', endpoint];
    expect(await read(...aws)).toMatchObject({ broker: `mqtts://${endpoint}:8883` });
    expect(await read(...aws, '--websocket')).toMatchObject({ broker: `wss://${endpoint}:443/mqtt` });
  });

  it('read the files of a certificate', async () => {
    const tls = [
      '--broker',
      'mqtts://127.0.0.1',
      '--ca',
      '@ca.pem',
      '--cert',
      '@cert.pem',
      '--key',
      '@key.pem',
    ];
    const { ca, certificate } = await read(...tls);
    expect([ca, certificate?.cert]).toEqual([
      expect.stringContaining('BEGIN CERTIFICATE'),
      expect.stringContaining('BEGIN CERTIFICATE'),
    ]);
  });

  it('take a will with a topic of the device', async () => {
    const { will } = await read('--will', 'status/{device}={"a":"b=c"}', '--will-retain');
    expect(will).toEqual({ topic: 'status/{device}', payload: '{"a":"b=c"}', retain: true });
  });

  const tls = ['--broker', 'mqtts://127.0.0.1'];
  it.each([
    [
      [...tls, '--ca', '@none.pem'],
      'bad_file',
      'none.pem: there is no such file; give the path of a PEM file.',
    ],
    [[...tls, '--ca', '@text.pem'], 'bad_file', 'text.pem: not a certificate in PEM format'],
    [
      [...tls, '--cert', '@cert.pem', '--key', '@text.pem'],
      'bad_file',
      'text.pem: not a private key in PEM format',
    ],
    [
      [...tls, '--cert', '@cert.pem', '--key', '@other.pem'],
      'bad_file',
      'does not belong to the certificate',
    ],
    [[...tls, '--cert', '@cert.pem'], 'bad_usage', 'Give --cert and --key together.'],
    [['--ca', '@ca.pem'], 'bad_usage', 'use mqtts:// or wss://'],
    [['--websocket'], 'bad_usage', '--websocket belongs to --transport aws-iot'],
    [['--transport', 'aws-iot'], 'bad_usage', 'AWS IoT is always encrypted'],
    [['--transport', 'aws-iot', '--mqtt-version', '3', ...tls], 'bad_usage', 'speaks MQTT 5 only'],
    [['--basic-ingest', 'rule', '--retain'], 'bad_usage', 'nothing is retained'],
    [['--will-retain'], 'bad_usage', 'needs a --will'],
    [['--broker', 'localhost:1883'], 'bad_usage', 'mqtt://127.0.0.1:1883'],
    [['--mqtt-version', '4'], 'commander.invalidArgument', 'Allowed choices are 3, 5'],
    [['--keep-alive', '70000'], 'commander.invalidArgument', '0 (none) to 65535'],
    [['--will', 'a/#=b'], 'commander.invalidArgument', 'without wildcards'],
    [['--basic-ingest', 'a/b'], 'commander.invalidArgument', 'the name of an IoT rule'],
  ])('refuse %j in a sentence', async (args, code, sentence) => {
    const message: unknown = expect.stringContaining(sentence);
    await expect(read(...args)).rejects.toMatchObject({ code, message });
  });
});
