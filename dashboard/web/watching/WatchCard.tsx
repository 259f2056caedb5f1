import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { describeCondition } from '../../condition.ts';
import { partsOf } from '../../../fanout/client/telemetryClient.ts';
import { formatBytes, formatNumber } from '../format.ts';
import type { Session } from '../session/session.ts';
import type { Flow } from '../session/traffic.ts';
import type { Watched } from '../session/watching.ts';
import { changeWatch, isWatched, type Watch } from '../view/view.ts';
import { setView, view } from '../view/viewSignal.ts';
import { draftOf, parseDraft, type DraftErrors } from './parseDraft.ts';
import { rateWords, statusWords } from './words.ts';
import { WishFields } from './WishFields.tsx';

const Brings = ({ flow, share }: { flow: Flow; share: number }) => (
  <>
    <dl class="brings">
      {(['updates', 'folded', 'frames'] as const).map((key) => (
        <div key={key}>
          <dt>{key}/s</dt>
          <dd>{formatNumber(flow[key], 1)}</dd>
        </div>
      ))}
      <div>
        <dt>bytes/s</dt>
        <dd>{formatBytes(flow.bytes)}</dd>
      </div>
    </dl>
    <svg class="share" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
      <rect width={100 * Math.min(1, share)} height="3" />
    </svg>
  </>
);

const Edit = ({ watch, done }: { watch: Watch; done: (what?: string) => void }) => {
  const id = useId();
  const [draft, setDraft] = useState(() => draftOf(watch));
  const [errors, setErrors] = useState<DraftErrors | undefined>();
  const [twice, setTwice] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const read = parseDraft(draft);
    setErrors(read.ok ? undefined : read.errors);
    if (!read.ok) return;
    const next = { to: watch.to, ...read.wish };
    const changed = changeWatch(view.value, watch, next);
    const isTwice = changed !== view.value && isWatched(view.value, next);
    setTwice(isTwice);
    if (isTwice) return;
    setView(changed);
    done(`${partsOf(watch.to).join(' ')} changed.`);
  };

  return (
    <form
      ref={form}
      class="stack watch-form"
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation(); // The panel stays.
        done();
      }}
    >
      <WishFields id={id} draft={draft} errors={errors} change={setDraft} />
      {twice && (
        <p class="small wrong" role="alert">
          This is watched already.
        </p>
      )}
      <div class="row">
        <button type="submit" class="primary">
          Save
        </button>
        <button type="button" onClick={() => done()}>
          Cancel
        </button>
      </div>
    </form>
  );
};

/** One watch: what is asked for, how it is, and what it brings. */
export const WatchCard = ({
  watched,
  session,
  share,
  told,
  remove,
}: {
  watched: Watched;
  session: Session;
  /** Of all bytes. */
  share: number;
  told: (what: string) => void;
  remove: (watch: Watch) => void;
}) => {
  const { key, watch, isChosen, status, error, rateError, flow } = watched;
  const [isEdited, setEdited] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const [kind, name] = partsOf(watch.to);
  const said = statusWords(watched, session.state.value);
  const isLive = said === 'Live';
  return (
    <li class="card watch" data-watch={key}>
      <header>
        <h3 class="wrap">
          <span class="small quiet-text">{kind}</span> {name}
        </h3>
        <span class="status small dot" data-status={isLive || status === 'refused' ? status : 'waiting'}>
          {said}
        </span>
      </header>
      {watch.where !== undefined && (
        <ul class="row where-list" aria-label="Only readings for which all of this holds">
          {watch.where.map((condition) => (
            <li key={describeCondition(condition)} class="wrap">
              <code>{describeCondition(condition)}</code>
            </li>
          ))}
        </ul>
      )}
      {status === 'refused' ? (
        <p class="small wrong wrap" role="alert">
          {error?.message ?? 'The server did not say why.'}
        </p>
      ) : (
        <p class="small quiet-text">{rateWords(watched)}</p>
      )}
      {rateError !== undefined && (
        <p class="small wrong wrap" role="alert">
          The rate is as it was: {rateError.message}
        </p>
      )}
      {status !== 'refused' && <Brings flow={flow} share={share} />}
      {!isChosen && (
        <p class="small quiet-text">Here only while the device is open, for its chart in full.</p>
      )}
      <div class="row actions">
        {status === 'refused' && (
          <button type="button" onClick={() => session.retryWatch(key)}>
            Try again
          </button>
        )}
        {isChosen && (
          <>
            <button
              ref={edit}
              type="button"
              class="quiet"
              aria-expanded={isEdited}
              aria-label={`Edit ${kind} ${name}`}
              onClick={() => setEdited(!isEdited)}
            >
              Edit
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${kind} ${name}`}
              onClick={() => remove(watch)}
            >
              Remove
            </button>
          </>
        )}
      </div>
      {isEdited && isChosen && (
        <Edit
          watch={watch}
          done={(what) => {
            setEdited(false);
            edit.current?.focus();
            if (what !== undefined) told(what);
          }}
        />
      )}
    </li>
  );
};
