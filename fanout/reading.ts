/** A value as JSON has it. Numbers are finite and not beyond ±2^53 - 1. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** One message of one device, validated. */
export type Reading = {
  /** From the topic, never from the payload. */
  readonly deviceId: string;
  /** From the topic, never from the payload. */
  readonly region: string;
  readonly deviceType?: string;
  /** Epoch ms by the device's clock; where the device sent none, equal to `receivedAt`. */
  readonly ts: number;
  /** Epoch ms at which the rules engine had it. */
  readonly receivedAt: number;
  /** Grows with each restart of the device. */
  readonly boot?: number;
  /** Grows with each reading of one boot. */
  readonly seq?: number;
  readonly data: Readonly<Record<string, JsonValue>>;
};
