import type { Session } from '../session/session.ts';
import type { Store } from '../fleet/store.ts';

export const WatchingPanel = (_: { session: Session; store: Store }) => <p>Watching</p>;
