import { changeView } from '../view/viewSignal.ts';
import { StateCard } from './StateCard.tsx';
import './states.css';

/** There are devices, and none that is asked for. */
export const NoMatch = () => (
  <StateCard title="No device matches">
    <p>Ask for less in the search above, or see all of them again.</p>
    <button type="button" class="primary" onClick={() => changeView({ find: '', only: undefined })}>
      Show all devices
    </button>
  </StateCard>
);
