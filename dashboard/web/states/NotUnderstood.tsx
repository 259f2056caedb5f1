import { notUnderstood } from '../view/viewSignal.ts';
import './states.css';

/** Who was sent an address with a slip in it should know that this is not what was meant. */
export const NotUnderstood = () =>
  notUnderstood.value.length === 0 ? null : (
    <div class="card not-understood" role="status">
      <p class="wrap">
        Part of this address makes no sense and was left out:{' '}
        <code>{notUnderstood.value.join(', ').slice(0, 300)}</code>
      </p>
      <button type="button" onClick={() => (notUnderstood.value = [])}>
        OK
      </button>
    </div>
  );
