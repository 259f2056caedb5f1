import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Store } from '../fleet/store.ts';
import type { Session } from '../session/session.ts';
import type * as WorldMapModule from './WorldMap.tsx';
import './map.css';

type Module = typeof WorldMapModule;

/** The map's code is fetched when somebody looks at a map: the first load has no use for it. */
const loaded = signal<Module | 'failed' | undefined>(undefined);

const againMs = 15_000;

const load = async (): Promise<void> => {
  try {
    loaded.value = await import('./WorldMap.tsx');
  } catch {
    loaded.value = 'failed';
    setTimeout(() => void load(), againMs); // On a wall there is nobody to press the button.
  }
};

export const MapView = ({ session, store }: { session: Session; store: Store }) => {
  useEffect(() => {
    if (typeof loaded.value !== 'object') void load();
  }, []);
  const module = loaded.value;
  if (module === 'failed')
    return (
      <section class="card map-message">
        <h2>The map could not be loaded</h2>
        <p>Its server is away, or has a newer page by now; load this page again.</p>
        <button type="button" class="primary" onClick={() => location.reload()}>
          Load again
        </button>
      </section>
    );
  return module === undefined ? (
    <p class="map-message quiet-text">Loading the map …</p>
  ) : (
    <module.WorldMap session={session} store={store} />
  );
};
