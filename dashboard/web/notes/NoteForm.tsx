import { signal } from '@preact/signals';
import { useId, useState } from 'preact/hooks';
import type { Target } from '../../../fanout/client/telemetryClient.ts';
import { limits } from '../../../fanout/limits.ts';
import { formatNumber } from '../format.ts';
import type { Session } from '../session/session.ts';
import { labelOf } from '../view/view.ts';
import { lengthOf, whyNot } from './length.ts';

/** Outlives the panel: nobody should lose what was typed by closing it. */
const draft = signal('');
const chosen = signal<string | undefined>(undefined);

/** Says something to everybody who watches a target. */
export const NoteForm = ({ session, targets }: { session: Session; targets: readonly Target[] }) => {
  const id = useId();
  const [error, setError] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const [isSent, setSent] = useState(false);
  const target = targets.find((one) => labelOf(one) === chosen.value) ?? targets[0];
  const length = lengthOf(draft.value);
  const isTooLong = length > limits.noteCharacters;
  const state = session.state.value;
  const isConnected = state === 'live' || state === 'catching-up';
  const wrong = error ?? (isTooLong ? whyNot(draft.value) : undefined);

  const send = async (): Promise<void> => {
    const client = session.client.value;
    const text = draft.value;
    if (isSending || target === undefined || client === undefined) return;
    const why = whyNot(text);
    setError(why);
    if (why !== undefined) return;
    setSending(true);
    setSent(false);
    const answer = await client.note(target, text);
    setSending(false);
    if (!answer.ok) setError(answer.error.message);
    else draft.value = '';
    setSent(answer.ok);
  };

  return (
    <form
      class="stack note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="field">
        <label for={`${id}-to`} class="small">
          To everybody who watches
        </label>
        <select
          id={`${id}-to`}
          value={target === undefined ? '' : labelOf(target)}
          onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}
        >
          {targets.map((one) => (
            <option key={labelOf(one)}>{labelOf(one)}</option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-text`} class="small">
          Note
        </label>
        <textarea
          id={`${id}-text`}
          rows={3}
          value={draft.value}
          readOnly={isSending}
          placeholder="Descaling it now."
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-wrong ${id}-count`}
          onInput={({ currentTarget }) => {
            draft.value = currentTarget.value;
            setError(undefined);
            setSent(false);
          }}
          onKeyDown={(event) => {
            // Enter that ends a word of an input method is not meant for the note.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <p id={`${id}-wrong`} class="small wrong wrap" role="alert">
          {wrong}
        </p>
      </div>
      <div class="row note-end">
        <span id={`${id}-count`} class={isTooLong ? 'small wrong' : 'small quiet-text'}>
          {formatNumber(length, 0)} of {formatNumber(limits.noteCharacters, 0)} characters
        </span>
        <span class="small quiet-text sending" role="status">
          {isSending && (isConnected ? 'Sending …' : 'Sent when the connection is back')}
          {isSent && 'Sent.'}
        </span>
        <button type="submit" class="primary" disabled={isSending}>
          Send
        </button>
      </div>
    </form>
  );
};
