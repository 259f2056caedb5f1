import { readFile } from 'node:fs/promises';
import { readCa } from '../certificateFiles.ts';
import { connectionDefaults, type ConnectionSettings } from '../connectionSettings.ts';
import { DevicesError } from '../devicesError.ts';
import { controlAt, type Control } from './control.ts';
import type { IotApi } from './provisionDevices.ts';
import type { SystemSpec, TokenSource } from './scenario.ts';
import { startTwin } from './twinProcess.ts';

/** Whose token, what it may see, and how long it lasts: `12h`, `20s`. */
export type TokenWish = {
  readonly subject: string;
  readonly grants: readonly string[];
  readonly expiresIn: string;
};

/** What a scenario is played to. */
export type System = {
  /** How devices reach its broker. */
  readonly connection: ConnectionSettings;
  readonly webSocketUrl: string;
  readonly token: (wish: TokenWish) => Promise<string>;
  readonly control: Control | undefined;
  /** What gives devices certificates; undefined on a system that runs, where they are given before. */
  readonly iot?: IotApi;
  /** Whether nobody else uses it: then whatever comes that we did not send is a fault of its own. */
  readonly isOurs: boolean;
  readonly close: () => Promise<void>;
};

/** Signs as Cognito would, for a twin on this machine. */
const issuerTokens =
  (issuer: string): System['token'] =>
  async ({ subject, grants, expiresIn }) => {
    const response = await fetch(new URL('/token', issuer), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject, groups: grants, expiresIn }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined);
    const { token } = ((await response?.json().catch(() => undefined)) ?? {}) as { token?: unknown };
    if (typeof token === 'string') return token;
    throw new DevicesError(
      'system_unreachable',
      `No issuer gives a token at ${issuer}; is the twin running?`,
    );
  };

/** One that was given, for every viewer: who gave it says what it may see. */
const givenToken = async (source: Exclude<TokenSource, { issuer: string }>): Promise<string> => {
  if ('env' in source) {
    const token = process.env[source.env];
    if (token !== undefined && token !== '') return token;
    throw new DevicesError(
      'bad_usage',
      `Put a token into the variable ${source.env}; the scenario asks for it.`,
    );
  }
  const text = await readFile(source.file, 'utf8').catch(() => {
    throw new DevicesError('bad_file', `Cannot read the token in ${source.file}, which the scenario names.`);
  });
  return text.trim();
};

const tokensFrom = (source: TokenSource): System['token'] =>
  'issuer' in source ? issuerTokens(source.issuer) : () => givenToken(source);

const connectionTo = async ({
  broker = connectionDefaults.broker,
  transport,
  basicIngest,
  ca,
}: SystemSpec & { kind: 'running' }): Promise<ConnectionSettings> => ({
  ...connectionDefaults,
  ...{ broker, transport, basicIngest, ca: ca && (await readCa(ca)) },
});

/** Starts a twin, or finds what runs. Throws DevicesError `system_unreachable`, `bad_file` for a CA. */
export const openSystem = async (
  spec: SystemSpec,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<System> => {
  if (spec.kind === 'running') {
    const { webSocketUrl, token, control } = spec;
    return {
      connection: await connectionTo(spec),
      webSocketUrl,
      token: tokensFrom(token),
      control: control === undefined ? undefined : controlAt(control),
      isOurs: false,
      close: async () => undefined,
    };
  }
  const twin = await startTwin({ ingest: spec.ingest, seed }, signal);
  const connection = { ...connectionDefaults, broker: twin.broker };
  return { ...twin, connection, token: issuerTokens(twin.issuer), isOurs: true };
};
