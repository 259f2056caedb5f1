import type { MqttClient } from 'mqtt';
import type { RawClient } from './rawClient.ts';

export type TokenOf = (
  grants: readonly string[],
  token: { expiresIn: string; subject: string },
) => Promise<string>;

/** An edge as the suite sees it: no more than addresses and somebody who gives tokens out. */
export type Edge = {
  /** Where viewers connect: `ws://…` or `wss://…`. */
  readonly url: string;
  /** Where devices publish. */
  readonly mqttUrl: string;
  readonly token: TokenOf;
  /** A page's origin that the edge lets in; without it that check is left out. */
  readonly origin?: string;
};

export type ViewerOptions = {
  readonly grants?: readonly string[];
  /** Default: one of this check's own, since there is a limit to each principal's connections. */
  readonly subject?: string;
  readonly expiresIn?: string;
};

/** What one check works with. Names are of this check and this run only, so that a running edge can be checked again. */
export type Bench = {
  readonly edge: Edge;
  /** `name` as no other check has it. */
  readonly unique: (name: string) => string;
  readonly token: (options?: ViewerOptions) => Promise<string>;
  /** A viewer that has said hello, so that the edge knows it; closed when the check ends. */
  readonly viewer: (options?: ViewerOptions) => Promise<RawClient>;
  /** Publishes a reading, QoS 1; resolves once the broker has it. */
  readonly publish: (device: { region: string; deviceId: string }, payload: object) => Promise<void>;
  /** Another MQTT connection, e.g. a device's own; closed when the check ends. */
  readonly mqtt: (clientId: string) => Promise<MqttClient>;
};

export type Check = {
  /** A sentence in the present tense. */
  readonly name: string;
  /** Takes a minute or so; left out where time is short. */
  readonly slow?: boolean;
  /** Whether it can be run on this edge. */
  readonly needs?: (edge: Edge) => boolean;
  /** Throws what is not as it should be. */
  readonly run: (bench: Bench) => Promise<void>;
};
