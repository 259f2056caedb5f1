import { useComputed } from '@preact/signals';
import { formatNumber } from '../format.ts';
import { serverSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { EmptyFleet } from '../states/EmptyFleet.tsx';
import { NoMatch } from '../states/NoMatch.tsx';
import { view } from '../view/viewSignal.ts';
import type { Device } from './device.ts';
import { Grid } from './Grid.tsx';
import { healthOf } from './health.ts';
import { listed } from './listed.ts';
import { RegionBar } from './RegionBar.tsx';
import { regionsOf } from './regions.ts';
import type { Store } from './store.ts';
import { Toolbar } from './Toolbar.tsx';
import './fleet.css';

/** More than these are cells on a wall, so that one sees all of them at once. */
const tilesOnAWall = 60;

export const Fleet = ({
  store,
  session,
  seen,
}: {
  store: Store;
  session: Session;
  seen: (devices: readonly Device[]) => void;
}) => {
  const healthAt = (now: number) => (device: Device) =>
    healthOf(device, now, session.heldBackMs(device.latest.subscriptions));
  // Healths change with time alone.
  const regions = useComputed(() => regionsOf(store.devices.value, healthAt(serverSecond.value)));
  const shown = useComputed(() => {
    const { find, only, sort } = view.value;
    const now = only !== undefined || sort === 'trouble' ? serverSecond.value : 0;
    return listed(store.devices.value, { find, only, sort }, healthAt(now));
  });
  const total = store.devices.value.length;
  const size = view.value.wall && shown.value.length > tilesOnAWall ? 'cell' : view.value.size;
  return (
    <section class="fleet stack" aria-labelledby="fleet-title">
      <h2 id="fleet-title" class="unseen">
        Fleet
      </h2>
      {total > 0 && <RegionBar regions={regions.value} isKnown={session.isConnected.value} />}
      {total > 0 && !view.value.wall && <Toolbar shown={shown.value.length} total={total} />}
      {total === 0 && <EmptyFleet session={session} />}
      {total > 0 && shown.value.length === 0 && <NoMatch />}
      <Grid devices={shown.value} session={session} size={size} seen={seen} />
      {store.left.value > 0 && (
        <p class="small quiet-text">
          {formatNumber(store.left.value, 0)} more devices are not shown. Watch a smaller part of the fleet.
        </p>
      )}
    </section>
  );
};
