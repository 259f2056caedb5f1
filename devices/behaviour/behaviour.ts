/** Whom a behaviour concerns. All parts that are said must hold; none: the whole fleet. */
export type Whom = {
  /** Of those that the other parts leave, in (0, 1]. A share of a fleet is at least one device. Default 1. */
  readonly share?: number | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  /** Device ids. */
  readonly devices?: readonly string[] | undefined;
};

/**
 * When: for `forMs` at a seeded moment of every `everyMs`, which is at least as long. Without `everyMs` once and at once, and
 * without `forMs` until it is lifted.
 */
export type Spell = { readonly forMs?: number | undefined; readonly everyMs?: number | undefined };

/** Ways in which a payload can be wrong. */
export const malformations = ['truncated', 'not-an-object', 'too-large', 'not-a-number'] as const;
export type Malformation = (typeof malformations)[number];

type Behaviours = {
  /** No network for a while; readings wait in the device's bounded buffer and come in a burst. */
  offline: Spell;
  /** The network cuts the connection at a seeded moment of every `everyMs` and is back after a fifth of a second. */
  flapping: { readonly everyMs: number };
  /** Off for a while (2 s by default), then `boot` + 1 and `seq` 0. What waited to be sent is lost. */
  reboot: Spell;
  /** `chance` in (0, 1] that a reading is published again, the same bytes. */
  duplicates: { readonly chance: number };
  /** Readings are kept back until there are `window` (2-100) and go out in another order. */
  reordering: { readonly window: number };
  /** The device's clock is wrong by so much; negative: behind. */
  'clock-skew': { readonly ms: number };
  /** The device's clock gains `ppm` millionths of the time since it began; negative: loses. */
  'clock-drift': { readonly ppm: number };
  /** What is published was measured about `ms` ago (0.5 to 1.5 of it, settled for each device). */
  slow: { readonly ms: number };
  /** A crying baby: `factor` (2-1,000) times the rate, 100 readings a second at most. */
  crying: Spell & { readonly factor: number };
  /** `chance` in (0, 1] that a payload is none that can be read. Default: every form. */
  malformed: { readonly chance: number; readonly forms?: readonly Malformation[] | undefined };
  /** Connects with a certificate that the broker does not know; without TLS, with a wrong password. Publishes nothing. */
  refused: object;
};

export type BehaviourKind = keyof Behaviours;
export const behaviourKinds = [
  'offline',
  'flapping',
  'reboot',
  'duplicates',
  'reordering',
  'clock-skew',
  'clock-drift',
  'slow',
  'crying',
  'malformed',
  'refused',
] as const satisfies readonly BehaviourKind[];

/**
 * What part of a fleet does wrong: plain data, durations in milliseconds. Which devices, when and how often comes from the
 * simulation's seed.
 */
export type Behaviour<Kind extends BehaviourKind = BehaviourKind> = {
  [K in Kind]: { readonly kind: K; readonly whom?: Whom | undefined } & Behaviours[K];
}[Kind];
