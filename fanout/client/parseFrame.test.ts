import { describe, expect, it } from 'vitest';
import { parseFrame } from './parseFrame.ts';

describe('a message from the server', () => {
  it('of a known type is a frame', () => {
    expect(parseFrame('{"type":"pong","serverTime":7}')).toEqual({
      kind: 'frame',
      frame: { type: 'pong', serverTime: 7 },
    });
  });

  it('of a type from a later version is unknown, not an error', () => {
    expect(parseFrame('{"type":"of_tomorrow","before":7}')).toEqual({ kind: 'unknown' });
  });

  it('whose type is a name from Object.prototype is unknown', () => {
    expect(parseFrame('{"type":"constructor"}')).toEqual({ kind: 'unknown' });
  });

  it('that API Gateway wrote itself is an edge error', () => {
    const text = '{"message":"Internal server error","connectionId":"c","requestId":"r"}';
    expect(parseFrame(text)).toEqual({
      kind: 'edge_error',
      message: 'Internal server error',
      requestId: 'r',
    });
  });

  it('that breaks the contract is bad, and says where', () => {
    expect(parseFrame('{"type":"pong","serverTime":"soon"}')).toEqual({
      kind: 'bad',
      why: 'pong is wrong at "serverTime"',
    });
  });

  it.each(['', 'null', '[]', '{"message":"hi"}', '{"type":7}', new ArrayBuffer(2)])('%j is bad', (text) => {
    expect(parseFrame(text).kind).toBe('bad');
  });
});
