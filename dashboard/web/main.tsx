import './languageTag.ts';
import { render } from 'preact';
import { App } from './App.tsx';
import { startSession } from './session.ts';
import { createStore } from './store.ts';
import './style.css';

const store = createStore((draw) => requestAnimationFrame(draw));
const session = startSession(store);
const root = document.getElementById('app');
if (root !== null) render(<App store={store} session={session} />, root);
