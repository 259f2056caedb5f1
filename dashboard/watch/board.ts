import { isNewer } from '../../fanout/newest.ts';
import type { FrameOf, SensorUpdate } from '../../fanout/protocol.ts';

/** What is shown of one device. */
export type Row = {
  readonly update: Pick<SensorUpdate, 'ts' | 'receivedAt' | 'boot' | 'seq' | 'data'>;
  readonly deviceId: string;
  readonly region: string;
  readonly deviceType?: string | undefined;
  /** Absent where nobody knows. */
  readonly online?: boolean | undefined;
  /** Readings that the updates so far stood for beyond themselves. */
  readonly folded: number;
};

type SnapshotDevice = FrameOf<'snapshot'>['devices'][number];
type Status = FrameOf<'device_status'>;

/** The devices that were heard of, each with its newest reading. */
export class Board {
  readonly #rows = new Map<string, Row>();
  #updates = 0;

  /** How many updates came. */
  get updates(): number {
    return this.#updates;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** By device id. */
  rows(): Row[] {
    return [...this.#rows.values()].toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
  }

  take(update: SensorUpdate): void {
    this.#updates += 1;
    const { deviceId, region, deviceType } = update;
    const known = this.#rows.get(deviceId);
    const folded = (known?.folded ?? 0) + Math.max(0, (update.folded?.count ?? 1) - 1);
    if (known !== undefined && !isNewer(update, known.update))
      this.#rows.set(deviceId, { ...known, folded }); // It came late.
    else this.#rows.set(deviceId, { deviceId, region, deviceType, update, folded, online: known?.online });
  }

  takeSnapshot({ deviceId, region, deviceType, online, latest }: SnapshotDevice): void {
    const known = this.#rows.get(deviceId);
    const newer = known === undefined || isNewer(latest, known.update);
    const row = newer ? { deviceId, region, deviceType, update: latest, folded: known?.folded ?? 0 } : known;
    this.#rows.set(deviceId, { ...row, online: online ?? known?.online });
  }

  /** Of a device without a reading there is nothing to show. */
  takeStatus({ deviceId, online }: Pick<Status, 'deviceId' | 'online'>): void {
    const known = this.#rows.get(deviceId);
    if (known !== undefined) this.#rows.set(deviceId, { ...known, online });
  }
}
