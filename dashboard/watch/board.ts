import type { DeviceStatus, Update } from '../../fanout/client/clientTypes.ts';

/** What is shown of one device. */
export type Row = {
  readonly update: Pick<Update, 'receivedAt' | 'data'>;
  readonly deviceId: string;
  readonly deviceType?: string | undefined;
  /** Absent where nobody knows. */
  readonly online?: boolean | undefined;
  /** Readings that its updates so far stood for beyond themselves. */
  readonly folded: number;
};

/** The devices that were heard of, each with its newest reading. */
export class Board {
  readonly #rows = new Map<string, Row>();
  readonly #statuses = new Map<string, DeviceStatus>();
  #updates = 0;

  /** How many updates came, what a snapshot says not counted. */
  get updates(): number {
    return this.#updates;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** By device id. */
  rows(): Row[] {
    return [...this.#rows.values()]
      .toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
      .map((row) => ({ ...row, online: this.#statuses.get(row.deviceId)?.online }));
  }

  take(update: Update): void {
    if (update.source !== 'snapshot') this.#updates += 1;
    const { deviceId, deviceType } = update;
    const known = this.#rows.get(deviceId);
    const folded = (known?.folded ?? 0) + Math.max(0, (update.folded?.count ?? 1) - 1);
    const newest = known !== undefined && update.late === true ? known : { deviceId, deviceType, update };
    this.#rows.set(deviceId, { ...newest, folded });
  }

  /** The later of two statuses of a device counts, in whatever order they come. */
  takeStatus(status: DeviceStatus): void {
    const known = this.#statuses.get(status.deviceId);
    if (known === undefined || status.at >= known.at) this.#statuses.set(status.deviceId, status);
  }
}
