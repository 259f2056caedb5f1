import { describe, expect, it, vi } from 'vitest';
import { listeners } from './listeners.ts';

describe('a listener that throws', () => {
  it('keeps no other from hearing, and the error goes to the host', () => {
    const thrown: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (action: () => void) => {
      try {
        action();
      } catch (error) {
        thrown.push(error);
      }
    });
    const { on, emit } = listeners<{ event: number }>();
    const heard: number[] = [];
    on('event', () => {
      throw new Error('mine');
    });
    on('event', (event) => heard.push(event));
    emit('event', 7);
    vi.unstubAllGlobals();
    expect([heard, thrown]).toEqual([[7], [new Error('mine')]]);
  });
});
