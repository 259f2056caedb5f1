import { expect, it } from 'vitest';

import { showWork } from './showWork.ts';

const shown = (
  isDone: boolean,
  isUndo: boolean,
): { text: () => string; show: ReturnType<typeof showWork> } => {
  let text = '';
  const screen = { write: (more: string) => void (text += more) };
  return { text: () => text, show: showWork(screen, { isDone, isUndo }) };
};

it.each([true, false])('a stop before the first thing names no file, with --yes: %s', (isDone) => {
  const made = shown(isDone, false);
  made.show.provisioned([], 'fleet.json', true);
  const removed = shown(isDone, true);
  removed.show.undone([], 'fleet.json', true);
  for (const { text } of [made, removed])
    expect(text()).toBe('Stopped before the first thing; nothing was changed.\n');
});

it('a stop later tells how to go on', () => {
  const { show, text } = shown(true, false);
  show.provisioned([{ thing: 'pump-001', steps: ['create the thing'] }], 'fleet.json', true);
  expect(text()).toBe(
    'Provisioned 1 thing; the fleet is in fleet.json. Stopped before the end; the same command goes on from here.\n',
  );
});
