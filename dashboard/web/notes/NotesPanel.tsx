import type { Session } from '../session/session.ts';

export const NotesPanel = (_: { session: Session }) => <p>Notes</p>;
