import { expect, it } from 'vitest';
import { tickTexts } from './tickTexts.ts';

it.each([
  [
    [20, 21, 22],
    ['20', '21', '22'],
  ],
  [
    [-0.5, 0, 0.5],
    ['−0.5000', '0.0000', '0.5000'],
  ],
  [
    [4.975, 5, 5.025],
    ['4.975', '5.000', '5.025'],
  ],
  [
    [0, 5e19, 1.5e20],
    ['0', '5e19', '1.5e20'],
  ],
  [
    [-5e-8, 0, 5e-8],
    ['−5e−8', '0', '5e−8'],
  ],
])('%j is written %j', (ticks, texts) => {
  expect(tickTexts(ticks)).toEqual(texts);
});
