import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { NoteForm } from './NoteForm.tsx';
import { NoteLog } from './NoteLog.tsx';
import { noteTargets } from './targets.ts';
import './notes.css';

/** Operators who watch the same talk. */
export const NotesPanel = ({ session }: { session: Session }) => {
  const notes = session.notes.value;
  const targets = noteTargets(view.value);
  return (
    <div class="notes">
      <p class="small quiet-text">
        Whoever watches the same target now can read along. Notes are not kept: those who come later, or load
        this page anew, do not see them.
      </p>
      {notes.length === 0 && <p class="none quiet-text">Nobody said anything yet.</p>}
      <NoteLog notes={notes} />
      {targets.length > 0 ? (
        <NoteForm session={session} targets={targets} />
      ) : (
        <div class="stack">
          <p>Notes go to those who watch the same. Watch something first.</p>
          <button type="button" class="primary" onClick={() => changeView({ panel: 'watching' })}>
            Choose what to watch
          </button>
        </div>
      )}
    </div>
  );
};
