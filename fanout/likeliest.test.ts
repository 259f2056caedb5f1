import { expect, it } from 'vitest';
import { likeliestFirst } from './likeliest.ts';

/** Asks one after the other; in which order. */
const ask = (ordered: readonly number[], groups: number, isThere: (item: number) => boolean | undefined) => {
  const asked: number[] = [];
  const doubtful: number[] = [];
  for (const one of likeliestFirst(ordered, groups)) {
    asked.push(one.item);
    if (one.isDoubtful) doubtful.push(one.item);
    one.tell(isThere(one.item));
  }
  return { asked, doubtful };
};

const hundred = Array.from({ length: 100 }, (_, n) => n);
const thousand = Array.from({ length: 1_000 }, (_, n) => n);

it('everybody is asked once', () => {
  for (const groups of [1, 3, 64, 1_000]) {
    const { asked } = ask(hundred, groups, (item) => item % 3 === 0);
    expect(asked.toSorted((a, b) => a - b)).toEqual(hundred);
  }
  expect(ask([], 64, () => true).asked).toEqual([]);
});

it('who stands beside one that answered comes before who stands beside one that did not', () => {
  const { asked } = ask(hundred, 10, (item) => item >= 75);
  const firstThere = asked.findIndex((item) => item >= 75);
  expect(firstThere).toBeLessThan(10);
  const rest = asked.slice(firstThere);
  // All that are there, and of those that are not only those of the groups beside them.
  expect(rest.slice(0, 40).filter((item) => item >= 75).length).toBeGreaterThanOrEqual(24);
});

it('while nobody has answered, each group has its turn', () => {
  const inTurn = likeliestFirst(hundred, 10);
  const asked = Array.from({ length: 10 }, () => inTurn.next().value?.item ?? NaN);
  expect(asked).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

it('an answer brings forward who stands beside it, late as it may come', () => {
  const inTurn = likeliestFirst(hundred, 10);
  const next = () => inTurn.next().value;
  const asked = Array.from({ length: 30 }, next);
  expect(asked.map((one) => one?.item).slice(-10)).toEqual([2, 12, 22, 32, 42, 52, 62, 72, 82, 92]);
  asked.find((one) => one?.item === 50)?.tell(true);
  const then = Array.from({ length: 15 }, () => next()?.item ?? NaN);
  const beside = (from: number) => Array.from({ length: 5 }, (_, n) => from + n);
  expect(then.toSorted((a, b) => a - b)).toEqual([...beside(43), ...beside(53), ...beside(63)]);
});

it('is in doubt of nobody who is there, wherever they begin', () => {
  for (let first = 1; first <= 900; first += 7) {
    const { doubtful } = ask(thousand, 10, (item) => item >= first);
    expect(doubtful.filter((item) => item >= first)).toEqual([]);
  }
});

it('is in doubt of hardly anybody who is there, where one in ten is, in whatever order', () => {
  const isThere = (item: number): boolean => (item * 7_919) % 10_007 < 1_000;
  const many = Array.from({ length: 10_000 }, (_, n) => n);
  expect(ask(many, 64, isThere).doubtful.filter(isThere).length).toBeLessThan(20);
});

it('is in doubt of those beside whom 44 were missing and nobody there', () => {
  const { asked, doubtful } = ask(thousand, 10, () => false);
  const before = asked.slice(0, asked.indexOf(doubtful[0] ?? NaN));
  const beside = before.filter(
    (item) => Math.abs(Math.floor(item / 100) - Math.floor((doubtful[0] ?? NaN) / 100)) <= 1,
  );
  expect(beside.length).toBeGreaterThanOrEqual(44);
  expect(beside.length).toBeLessThan(48); // Each of the three had its turn meanwhile.
  expect(doubtful.length).toBeGreaterThan(800);
  expect(ask(thousand, 10, () => undefined).doubtful).toEqual([]);
  expect(ask(thousand.slice(0, 44), 10, () => false).doubtful).toEqual([]);
});
