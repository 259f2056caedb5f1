import type { Session } from '../session/session.ts';

export const ConnectionPanel = (_: { session: Session }) => <p>Connection</p>;
