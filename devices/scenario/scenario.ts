import type { Target } from '../../fanout/client/telemetryClient.ts';
import type { Condition } from '../../fanout/protocol.ts';
import type { Behaviour } from '../behaviour/behaviour.ts';
import type { ConnectionSettings } from '../connectionSettings.ts';
import type { Expectation } from './expectation.ts';

/** A story of devices, viewers and what goes wrong, that was read and checked. Durations are ms. */
export type Scenario = {
  readonly name: string;
  readonly description: string;
  /** Same seed, same devices, same values at the same time, same choices of who goes wrong when. */
  readonly seed: string;
  readonly system: SystemSpec;
  readonly fleets: readonly FleetSpec[];
  readonly viewers: readonly ViewerSpec[];
  readonly phases: readonly Phase[];
  /** After the last phase everything is healed, and devices go on for so long: a hole shows only behind what comes. */
  readonly settleMs: number;
  /** How long to wait for what is still under way after that. */
  readonly patienceMs: number;
  readonly expectations: readonly Expectation[];
};

/** Where a viewer's token comes from: the issuer of a twin, a variable of the environment, or a file. */
export type TokenSource = { readonly issuer: string } | { readonly env: string } | { readonly file: string };

/** What is put to the test. */
export type SystemSpec =
  | { readonly kind: 'twin'; readonly ingest: 'direct' | 'queue' }
  | {
      readonly kind: 'running';
      /** Undefined where every fleet has a file that says where it connects. */
      readonly broker?: string | undefined;
      readonly transport: ConnectionSettings['transport'];
      /** Path of the certificate of who signed the broker's. */
      readonly ca?: string | undefined;
      /** Name of the IoT rule that messages go to directly. */
      readonly basicIngest?: string | undefined;
      readonly webSocketUrl: string;
      readonly token: TokenSource;
      /** A twin's control server. Without it there are no faults, and what happens inside is unknown. */
      readonly control?: string | undefined;
    };

export type FleetSpec = {
  readonly name: string;
  /** Undefined: all of the fleet file. */
  readonly count: number | undefined;
  /** Types of the models to deal out; empty: all, of `modelsFile` where there is one. */
  readonly models: readonly string[];
  /** Path of a file with custom models. */
  readonly modelsFile?: string | undefined;
  /** Path of a file that `provision` wrote. */
  readonly fleetFile?: string | undefined;
  /** Whether its devices are given certificates of their own, and connect with them. */
  readonly certificates: boolean;
  readonly regions: readonly string[];
  /** Readings per second of each device. */
  readonly rate: number;
  /** Messages a device keeps while it has no connection. */
  readonly buffer: number;
  /** For as long as it runs. */
  readonly behaviours: readonly Behaviour[];
  /** Whether it waits for a step that starts it. */
  readonly waits: boolean;
};

export type SubscriptionWish = {
  readonly to: Target;
  readonly where?: readonly Condition[] | undefined;
  readonly maxRate?: number | undefined;
};

export const viewerKinds = [
  'steady',
  'slow-reader',
  'sleeping-laptop',
  'flapping-network',
  'token-expiry',
] as const;

/** How a viewer behaves, beside what steps do to it. */
export type ViewerHabit =
  | { readonly kind: 'steady' }
  /** Does not read for `forMs` of every `everyMs`. */
  | { readonly kind: 'slow-reader'; readonly forMs: number; readonly everyMs: number }
  /** Is asleep for `forMs` of every `everyMs`; without them only when a step says so. */
  | {
      readonly kind: 'sleeping-laptop';
      readonly forMs?: number | undefined;
      readonly everyMs?: number | undefined;
    }
  /** Loses its network about every `everyMs`. */
  | { readonly kind: 'flapping-network'; readonly everyMs: number }
  /** Its tokens last so long, and it has a newer one only once the old one has expired. */
  | { readonly kind: 'token-expiry'; readonly lastsMs: number };

export type ViewerSpec = {
  readonly name: string;
  readonly habit: ViewerHabit;
  readonly grants: readonly string[];
  readonly subscriptions: readonly SubscriptionWish[];
};

/** What happens at one moment of a phase. */
export type Step = { readonly atMs: number } & (
  | { readonly what: 'start' | 'stop'; readonly fleets: readonly string[] }
  | { readonly what: 'sleep' | 'wake' | 'cut'; readonly viewers: readonly string[] }
);

/** A behaviour of some fleets. */
export type FleetBehaviour = { readonly fleets: readonly string[]; readonly behaviour: Behaviour };

/** A fault of the system as its control server takes it; durations are ms there, too. */
export type SystemFault = { readonly kind: string; readonly setting: Readonly<Record<string, unknown>> };

export type Phase = {
  readonly name: string;
  readonly ms: number;
  /** In effect during this phase. */
  readonly behaviours: readonly FleetBehaviour[];
  readonly faults: readonly SystemFault[];
  readonly steps: readonly Step[];
};
