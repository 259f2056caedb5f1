import { useEffect, useRef } from 'preact/hooks';
import { ConnectionBanner } from './connection/ConnectionBanner.tsx';
import { ConnectionPanel } from './connection/ConnectionPanel.tsx';
import { ConnectionState } from './connection/ConnectionState.tsx';
import { DeviceView } from './device/DeviceView.tsx';
import type { Device } from './fleet/device.ts';
import { Fleet } from './fleet/Fleet.tsx';
import type { Store } from './fleet/store.ts';
import { formatNumber } from './format.ts';
import { MapView } from './map/MapView.tsx';
import { NotesPanel } from './notes/NotesPanel.tsx';
import type { Session } from './session/session.ts';
import { NotUnderstood } from './states/NotUnderstood.tsx';
import { SignedOut } from './states/SignedOut.tsx';
import type { SignIn } from './signIn/signIn.ts';
import type { Panel, View } from './view/view.ts';
import { changeView, view } from './view/viewSignal.ts';
import { enterWall } from './wall/enterWall.ts';
import { LeaveWall } from './wall/LeaveWall.tsx';
import { WatchingPanel } from './watching/WatchingPanel.tsx';

type Parts = { store: Store; session: Session; seen: (devices: readonly Device[]) => void };

const Switch = ({ show, children }: { show: View['show']; children: string }) => (
  <button
    type="button"
    class="quiet"
    aria-pressed={view.value.show === show && view.value.open === undefined}
    onClick={() => changeView({ show, open: undefined })}
  >
    {children}
  </button>
);

const PanelButton = ({ panel, children }: { panel: Panel; children: string }) => (
  <button
    type="button"
    class="quiet"
    aria-expanded={view.value.panel === panel}
    aria-controls="panel"
    onClick={() => changeView({ panel: view.value.panel === panel ? undefined : panel })}
  >
    {children}
  </button>
);

const NotesButton = ({ session }: { session: Session }) => {
  const count = session.unreadNotes.value;
  return <PanelButton panel="notes">{count === 0 ? 'Notes' : `Notes ${formatNumber(count, 0)}`}</PanelButton>;
};

const Name = () => (
  <h1>
    <img src="/favicon.svg" alt="" width="22" height="22" />
    Fieldcast
  </h1>
);

const Bar = ({ session }: { session: Session }) => (
  <header class="bar">
    <Name />
    {!view.value.wall && (
      <nav class="row" aria-label="Views">
        <Switch show="fleet">Fleet</Switch>
        <Switch show="map">Map</Switch>
      </nav>
    )}
    <div class="row bar-end">
      {!view.value.wall && (
        <>
          <PanelButton panel="watching">{`Watching ${formatNumber(view.value.watches.length, 0)}`}</PanelButton>
          <NotesButton session={session} />
          <button type="button" class="quiet to-wall" onClick={enterWall}>
            Wall
          </button>
        </>
      )}
      <ConnectionState session={session} />
      {view.value.wall && <LeaveWall />}
    </div>
  </header>
);

const titles: Readonly<Record<Panel, string>> = {
  watching: 'What you watch',
  notes: 'Notes',
  connection: 'Connection',
};

/** Has Escape close the panel wherever the focus is, moves the focus into it, and back where it came from. */
const usePanelFocus = (panel: Panel) => {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    title.current?.focus({ preventScroll: true });
    const press = (event: KeyboardEvent): void => {
      // A form in it is left first.
      if (event.key !== 'Escape' || (event.target as Element).closest('.watch-form') !== null) return; // Keys are of elements.
      event.preventDefault();
      changeView({ panel: undefined });
    };
    addEventListener('keydown', press, { capture: true });
    return () => {
      removeEventListener('keydown', press, { capture: true });
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, [panel]);
  return title;
};

const SidePanel = ({ panel, store, session }: Omit<Parts, 'seen'> & { panel: Panel }) => (
  <aside id="panel" class="panel" aria-labelledby="panel-title">
    <header class="row">
      <h2 id="panel-title" ref={usePanelFocus(panel)} tabIndex={-1}>
        {titles[panel]}
      </h2>
      <button
        type="button"
        class="quiet close"
        aria-label="Close"
        onClick={() => changeView({ panel: undefined })}
      >
        ✕
      </button>
    </header>
    {panel === 'watching' && <WatchingPanel store={store} session={session} />}
    {panel === 'notes' && <NotesPanel session={session} />}
    {panel === 'connection' && <ConnectionPanel session={session} />}
  </aside>
);

const Main = ({ store, session, seen }: Parts) => {
  const { open, show } = view.value;
  if (open !== undefined) return <DeviceView key={open} id={open} store={store} session={session} />;
  if (show === 'map') return <MapView store={store} session={session} />;
  return <Fleet store={store} session={session} seen={seen} />;
};

const classOf = (isPanelOpen: boolean, isWall: boolean, isAway: boolean): string =>
  [
    'app',
    ...(isPanelOpen ? ['with-panel'] : []),
    ...(isWall ? ['wall'] : []),
    ...(isAway ? ['away'] : []),
  ].join(' ');

/** There is nothing to see, to choose or to tell before somebody has signed in. */
const Door = ({ signIn }: { signIn: SignIn }) => (
  <div class="app">
    <header class="bar">
      <Name />
    </header>
    <main>
      <h2 class="unseen">Signing in</h2>
      <SignedOut signIn={signIn} />
    </main>
  </div>
);

export const App = (parts: Parts) => {
  const { panel, wall } = view.value;
  const signIn = parts.session.signIn.value;
  if (signIn !== undefined && signIn.state.value !== 'in') return <Door signIn={signIn} />;
  const isPanelOpen = panel !== undefined && !wall;
  return (
    <div class={classOf(isPanelOpen, wall, !parts.session.isConnected.value)}>
      <Bar session={parts.session} />
      <main>
        <NotUnderstood />
        {/* An empty fleet says the same in its middle. */}
        {(parts.store.devices.value.length > 0 || view.value.open !== undefined) && (
          <ConnectionBanner session={parts.session} />
        )}
        <Main {...parts} />
      </main>
      {isPanelOpen && <SidePanel panel={panel} store={parts.store} session={parts.session} />}
    </div>
  );
};
