import { formatSpan } from '../format.ts';
import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { wayOf } from '../session/latency.ts';
import { isSlow, stateWords } from './words.ts';
import './connection.css';

/** Whether what is on the page is of now; a click tells more. */
export const ConnectionState = ({ session }: { session: Session }) => {
  const state = session.state.value;
  const ms = wayOf(session.latency.value);
  const isOpen = view.value.panel === 'connection';
  return (
    <button
      type="button"
      class="connection-state"
      data-state={state}
      data-slow={state === 'live' && isSlow(session)}
      aria-expanded={isOpen}
      aria-controls="panel"
      onClick={() => changeView({ panel: isOpen ? undefined : 'connection' })}
    >
      <span class="dot" role="status">
        {stateWords[state]}
      </span>
      {state === 'live' && (
        <span class="span quiet-text small">{ms === undefined ? '' : formatSpan(ms)}</span>
      )}
    </button>
  );
};
