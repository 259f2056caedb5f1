import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import type { Note } from '../../../fanout/client/telemetryClient.ts';
import { unread } from './unread.ts';

const note = (text: string): Note => ({ to: { region: 'a' }, text, from: 'ada', at: 0 });

it('counts what came since the notes were read', () => {
  const [notes, isRead] = [signal<readonly Note[]>([]), signal(false)];
  const count = unread(notes, isRead);
  expect(count.value).toBe(0);
  notes.value = [note('1'), note('2')];
  expect(count.value).toBe(2);
  isRead.value = true;
  expect(count.value).toBe(0);
  notes.value = [...notes.value, note('3')];
  expect(count.value).toBe(0);
  isRead.value = false;
  notes.value = [...notes.value, note('4')];
  expect(count.value).toBe(1);
});

it('counts all that are kept where the one that was read is kept no more', () => {
  const [notes, isRead] = [signal<readonly Note[]>([note('1')]), signal(true)];
  const count = unread(notes, isRead);
  isRead.value = false;
  notes.value = [note('2'), note('3')];
  expect(count.value).toBe(2);
});
