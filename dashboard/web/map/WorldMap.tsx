import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { healthOf } from '../fleet/health.ts';
import type { Store } from '../fleet/store.ts';
import { serverNow } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { EmptyFleet } from '../states/EmptyFleet.tsx';
import { view } from '../view/viewSignal.ts';
import type { Camera } from './camera.ts';
import { Legend } from './Legend.tsx';
import { MapCanvas } from './MapCanvas.tsx';
import { PlaceList } from './PlaceList.tsx';
import { createPlaces, type Place } from './places.ts';
import { devicesText } from './words.ts';

/** Looking for what moved costs little, and drawing it no more often keeps the map calm, ms. */
const lookMs = 250;

const NoPositions = ({ devices }: { devices: number }) => (
  <section class="card map-message soon">
    <h3>
      {devices === 1
        ? 'The device sends no position'
        : `None of the ${devicesText(devices)} sends a position`}
    </h3>
    <p>
      Whoever sends <code>lat</code> and <code>lon</code> (or <code>latitude</code> and <code>longitude</code>
      ) as numbers of degrees in its readings appears here; they may be inside of <code>location</code> or{' '}
      <code>position</code>.
    </p>
    <pre>
      <code>{'{"lat": 52.0907, "lon": 5.1214, "temperature": 4.2}'}</code>
    </pre>
  </section>
);

/** Where one looked last, for whoever comes back from a device. */
let remembered: Camera | undefined;

export const WorldMap = ({ session, store }: { session: Session; store: Store }) => {
  const places = useMemo(
    () =>
      createPlaces((device) =>
        healthOf(device, serverNow(), session.heldBackMs(device.latest.subscriptions)),
      ),
    [],
  );
  const changes = useSignal(0);
  const shown = useSignal<readonly Place[]>([]);
  const camera = useSignal<Camera | undefined>(remembered);
  const hovered = useSignal<string | undefined>(undefined);

  useEffect(() => {
    let looks = 0;
    const look = (): void => {
      looks += 1;
      if (!places.refresh(store.devices.peek(), looks % 4 === 0)) return;
      shown.value = places.all();
      changes.value += 1;
    };
    look();
    const looking = setInterval(look, lookMs);
    return () => clearInterval(looking);
  }, []);

  const devices = store.devices.value.length;
  return (
    <section class={view.value.wall ? 'map on-wall' : 'map'} aria-labelledby="map-title">
      <h2 id="map-title" class="unseen">
        Map
      </h2>
      {devices === 0 && <EmptyFleet session={session} />}
      {devices > 0 && shown.value.length === 0 && <NoPositions devices={devices} />}
      {shown.value.length > 0 && (
        <>
          <MapCanvas
            session={session}
            places={shown}
            changes={changes}
            camera={camera}
            hovered={hovered}
            remember={(last) => (remembered = last)}
          />
          {!view.value.wall && (
            <PlaceList
              places={shown}
              without={devices - shown.value.length}
              camera={camera}
              hovered={hovered}
            />
          )}
          <Legend />
        </>
      )}
    </section>
  );
};
