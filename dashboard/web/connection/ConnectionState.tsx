import { formatSpan } from '../format.ts';
import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { stateWords } from './words.ts';
import './connection.css';

/** The way of half the readings from the device to here, as one figure. */
const typicalMs = ({ latency }: Session): number | undefined => {
  const { filter, browser } = latency.value;
  return filter === undefined || browser === undefined ? undefined : filter.p50 + Math.max(0, browser.p50);
};

/** Whether what is on the page is of now; a click tells more. */
export const ConnectionState = ({ session }: { session: Session }) => {
  const state = session.state.value;
  const ms = typicalMs(session);
  const isOpen = view.value.panel === 'connection';
  return (
    <button
      type="button"
      class="connection-state"
      data-state={state}
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
