import { useComputed, useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ageOf } from '../fleet/device.ts';
import { formatAge, formatNumber } from '../format.ts';
import { serverSecond } from '../session/clock.ts';
import { changeView } from '../view/viewSignal.ts';
import type { Camera } from './camera.ts';
import { nearest } from './nearest.ts';
import type { Place } from './places.ts';
import { healthWords } from '../fleet/healthWords.ts';
import { devicesText, formatPosition } from './words.ts';

const most = 100;
/** A list that is sorted anew while the map still moves is of no use to anybody, ms. */
const settledMs = 300;

const Item = ({ place, hovered }: { place: Place; hovered: Signal<string | undefined> }) => {
  const { device, health, position } = place;
  const leave = (): void => {
    if (hovered.peek() === device.id) hovered.value = undefined;
  };
  return (
    <li>
      <button
        type="button"
        class="place"
        onClick={() => changeView({ open: device.id })}
        onFocus={() => (hovered.value = device.id)}
        onBlur={leave}
        onPointerEnter={() => (hovered.value = device.id)}
        onPointerLeave={leave}
      >
        <span class="clip name">{device.id}</span>
        <span class="health dot small" data-health={health}>
          {healthWords[health]}
        </span>
        <span class="clip small quiet-text">{formatPosition(position)}</span>
        <span class="small quiet-text age">{formatAge(ageOf(device, serverSecond.value))}</span>
      </button>
    </li>
  );
};

/** The same devices for whoever sees no map: those nearest to its middle, sorted when it rests. */
export const PlaceList = ({
  places,
  camera,
  without,
  hovered,
}: {
  places: ReadonlySignal<readonly Place[]>;
  camera: ReadonlySignal<Camera | undefined>;
  /** How many devices send no position. */
  without: number;
  hovered: Signal<string | undefined>;
}) => {
  const settled = useSignal<Camera | undefined>(camera.peek());
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const stop = camera.subscribe((now) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => (settled.value = now), settledMs);
    });
    return () => {
      clearTimeout(waiting);
      stop();
    };
  }, []);
  const shown = useComputed(() => {
    return nearest(places.value, settled.value ?? { x: 0.5, y: 0.5 }, most);
  });
  const count = places.value.length;
  return (
    <section class="card place-list" aria-labelledby="place-list-title">
      <h3 id="place-list-title">{devicesText(count)} on the map</h3>
      {count > most && (
        <p class="small quiet-text">
          The {formatNumber(most, 0)} nearest to the middle of the map; move it to see others.
        </p>
      )}
      {without > 0 && (
        <p class="small quiet-text">
          {devicesText(without)} {without === 1 ? 'sends' : 'send'} no position.
        </p>
      )}
      <ul>
        {shown.value.map((place) => (
          <Item key={place.device.id} place={place} hovered={hovered} />
        ))}
      </ul>
    </section>
  );
};
