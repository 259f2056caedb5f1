import './language.ts';
import { answer } from './signIn/takeAnswer.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './App.tsx';
import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './wall/wall.css';
import type { Device } from './fleet/device.ts';
import { drawing } from './fleet/drawing.ts';
import { createStore } from './fleet/store.ts';
import { serverNow, serverSecond } from './session/clock.ts';
import { startSession } from './session/session.ts';
import { sightOf } from './session/sight.ts';
import { view } from './view/viewSignal.ts';
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
const session = startSession(store, answer);
const draw = drawing({
  nextFrame: (frame) => requestAnimationFrame(frame),
  clock: () => performance.now(),
  serverNow,
  heldBackMs: ({ latest }) => session.heldBackMs(latest.subscriptions),
});
effect(() => draw.tick(serverSecond.value));

const attend = (): void => {
  const looking = {
    view: view.peek(),
    isHidden: document.hidden,
    devices: store.devices.peek(),
    seen,
  };
  session.attend((watch) => sightOf(watch, looking));
};
setInterval(attend, attendEveryMs);
document.addEventListener('visibilitychange', attend);

startWall();

const root = document.getElementById('app');
const see = (devices: readonly Device[]): void => {
  seen = devices;
  draw.show(devices);
};
if (root !== null) render(<App store={store} session={session} seen={see} />, root);
