import { expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { fold } from './fold.ts';
import { frames } from './protocol.ts';
import { updateOf } from './update.ts';

it('an update says what the reading said, and when it was sent', () => {
  expect(updateOf(aReading(), 5)).toEqual({ type: 'sensor_update', ...aReading(), sentAt: 5 });
});

it('a fold of one reading is an update like any other', () => {
  expect(updateOf(fold(undefined, aReading()), 5)).toEqual(updateOf(aReading(), 5));
});

it('a fold of two is the newest, with count and extremes', () => {
  const two = fold(
    fold(undefined, aReading({ seq: 1, data: { x: 9 } })),
    aReading({ seq: 2, data: { x: 3 } }),
  );
  expect(updateOf(two, 5)).toEqual({
    ...updateOf(aReading({ seq: 2, data: { x: 3 } }), 5),
    folded: { count: 2, min: { x: 3 }, max: { x: 9 } },
  });
});

it('an update is a frame of the contract, with the least and the most a reading may have', () => {
  const { boot: _, seq: __, deviceType: ___, ...least } = aReading({ data: {} });
  const most = fold(
    fold(undefined, aReading()),
    aReading({ seq: 43, data: { a: 'text', b: [null, { c: 1 }] } }),
  );
  for (const update of [updateOf(least, 5), updateOf(most, 5)])
    expect(frames.sensor_update.parse(update)).toEqual(update);
});
