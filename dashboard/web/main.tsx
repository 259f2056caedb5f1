import './language.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { partsOf } from '../../fanout/client/telemetryClient.ts';
import { App } from './App.tsx';
import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './wall/wall.css';
import type { Device } from './fleet/device.ts';
import { drawing } from './fleet/drawing.ts';
import { createStore } from './fleet/store.ts';
import { serverNow, serverSecond } from './session/clock.ts';
import type { Sight } from './session/attention.ts';
import { startSession } from './session/session.ts';
import type { Watch } from './view/view.ts';
import { openDevice, view } from './view/viewSignal.ts';
import { startWall } from './wall/startWall.ts';

const publishEveryMs = 250;
const attendEveryMs = 2_000;

let publishing: ReturnType<typeof setTimeout> | undefined;
const soon = (publish: () => void): void => {
  publishing ??= setTimeout(() => {
    publishing = undefined;
    publish();
  }, publishEveryMs);
};

let seen: readonly Device[] = [];
const store = createStore(soon, () => draw.touch());
const session = startSession(store);
const draw = drawing({
  nextFrame: (frame) => requestAnimationFrame(frame),
  clock: () => performance.now(),
  serverNow,
  heldBackMs: ({ latest }) => session.heldBackMs(latest.subscriptions),
});
effect(() => draw.tick(serverSecond.value));

const isOf = ({ to }: Watch, { id, latest }: Device): boolean => {
  const [kind, name] = partsOf(to);
  return name === (kind === 'device' ? id : kind === 'region' ? latest.region : latest.deviceType);
};

const sightOf = (watch: Watch): { sight: Sight; devices: number } => {
  const devices = store.devices.peek().filter((device) => isOf(watch, device)).length;
  if (!view.peek().attentive) return { sight: 'on-screen', devices: Infinity };
  if (document.hidden) return { sight: 'hidden', devices };
  const isFleetShown = openDevice.peek() === undefined;
  const isSeen =
    devices === 0 ||
    (isFleetShown && (view.peek().show === 'map' || seen.some((device) => isOf(watch, device))));
  const isOpen = 'device' in watch.to && watch.to.device === openDevice.peek();
  return { sight: isSeen || isOpen ? 'on-screen' : 'off-screen', devices };
};
setInterval(() => session.attend(sightOf), attendEveryMs);
document.addEventListener('visibilitychange', () => session.attend(sightOf));

startWall();

const root = document.getElementById('app');
const see = (devices: readonly Device[]): void => {
  seen = devices;
  draw.show(devices);
};
if (root !== null) render(<App store={store} session={session} seen={see} />, root);
