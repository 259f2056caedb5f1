import { useComputed } from '@preact/signals';
import { Chart } from './Chart.tsx';
import { ConnectionState } from './ConnectionState.tsx';
import type { Device } from './device.ts';
import { Empty } from './Empty.tsx';
import { Picker } from './Picker.tsx';
import { Problem } from './Problem.tsx';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import { Tile } from './Tile.tsx';
import { view } from './viewSignal.ts';

/** The device that was chosen; before one was, the first in the list when the first reading came. */
const useCharted = ({ devices }: Store) => {
  let first: string | undefined;
  return useComputed((): Device | undefined => {
    const find = (id: string | undefined) => devices.value.find((device) => device.id === id);
    const charted = find(view.value.chart) ?? find(first) ?? devices.value[0];
    first = charted?.id;
    return charted;
  });
};

const Tiles = ({ store, charted }: { store: Store; charted: string | undefined }) => (
  <ul class="tiles" aria-label="Devices">
    {store.devices.value.map((device) => (
      <Tile key={device.id} device={device} charted={device.id === charted} />
    ))}
  </ul>
);

export const App = ({ store, session }: { store: Store; session: Session }) => {
  const charted = useCharted(store).value;
  return (
    <>
      <header class="bar">
        <h1>Fieldcast</h1>
        <ConnectionState state={session.state.value} />
      </header>
      <main>
        <Problem session={session} />
        <Picker store={store} session={session} />
        <Chart device={charted} />
        <Tiles store={store} charted={charted?.id} />
        {store.devices.value.length === 0 && session.state.value === 'live' && (
          <Empty mqttUrl={session.config.value?.mqttUrl} />
        )}
        {store.left.value > 0 && (
          <p class="hint">
            {store.left.value} more devices are not shown. Watch a smaller part of the fleet.
          </p>
        )}
      </main>
    </>
  );
};
