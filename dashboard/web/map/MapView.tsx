import type { Session } from '../session/session.ts';
import type { Store } from '../fleet/store.ts';

export const MapView = (_: { session: Session; store: Store }) => <p>Map</p>;
