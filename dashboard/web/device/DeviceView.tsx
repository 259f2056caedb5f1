import type { Session } from '../session/session.ts';
import type { Store } from '../fleet/store.ts';

export const DeviceView = ({ id }: { id: string; session: Session; store: Store }) => <h2>{id}</h2>;
