import { useRef, useState } from 'preact/hooks';
import { formatBytes, formatNumber } from '../format.ts';
import type { Store } from '../fleet/store.ts';
import type { Session } from '../session/session.ts';
import { CopyButton } from '../states/CopyButton.tsx';
import { labelOf, withWatch, withoutWatch, type Watch } from '../view/view.ts';
import { changeView, setView, urlOf, view } from '../view/viewSignal.ts';
import { AddWatch, isFull } from './AddWatch.tsx';
import { WatchCard } from './WatchCard.tsx';
import './watching.css';

const Total = ({ session }: { session: Session }) => {
  const { updates, bytes } = session.flow.value;
  return (
    <p class="total small">
      In all <strong>{formatNumber(updates, 1)}</strong> updates/s, <strong>{formatBytes(bytes)}</strong>/s
    </p>
  );
};

const Attentive = () => (
  <label class="attentive">
    <input
      type="checkbox"
      role="switch"
      checked={view.value.attentive}
      onChange={({ currentTarget }) => changeView({ attentive: currentTarget.checked })}
    />
    <span>
      <strong>Rates follow what I look at</strong>
      <span class="small quiet-text">
        What is off the screen comes more seldom, folded into fewer updates; spikes stay in them.
      </span>
    </span>
  </label>
);

/** What is watched, what it brings, and how to watch more or less of it. */
export const WatchingPanel = ({ session, store }: { session: Session; store: Store }) => {
  const [told, tell] = useState('');
  const [removed, setRemoved] = useState<Watch | undefined>();
  const list = useRef<HTMLUListElement>(null);
  const watched = session.watched.value;
  const largest = Math.max(1, ...watched.map(({ flow }) => flow.bytes));

  const say = (what: string): void => {
    setRemoved(undefined);
    tell(what);
  };
  const remove = (watch: Watch): void => {
    setView(withoutWatch(view.value, watch));
    tell(`${labelOf(watch.to)} removed.`);
    setRemoved(watch);
    list.current?.focus(); // The button that had it is gone.
  };
  const undo = (watch: Watch): void => {
    setView(withWatch(view.value, watch));
    say(`${labelOf(watch.to)} is back.`);
    list.current?.focus();
  };

  return (
    <div class="watching stack">
      <Total session={session} />
      <div class="row said" role="status">
        <span class="small wrap">{told}</span>
        {removed !== undefined && !isFull() && (
          <button type="button" class="quiet" onClick={() => undo(removed)}>
            Undo
          </button>
        )}
      </div>
      <ul ref={list} class="stack" tabIndex={-1} aria-label="Watches">
        {watched.map((one) => (
          <WatchCard
            key={one.key}
            watched={one}
            session={session}
            share={one.flow.bytes / largest}
            told={say}
            remove={remove}
          />
        ))}
      </ul>
      {watched.length === 0 && <p class="quiet-text">Nothing is watched yet. Choose below.</p>}
      <AddWatch store={store} session={session} told={say} />
      <Attentive />
      <div class="stack shared">
        <p class="small quiet-text">The address of this page holds all of it: keep it, or share it.</p>
        <CopyButton text={location.origin + urlOf(view.value)} what="Link">
          Copy link
        </CopyButton>
      </div>
    </div>
  );
};
