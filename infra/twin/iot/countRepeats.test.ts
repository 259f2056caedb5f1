import { expect, it } from 'vitest';
import { countRepeats } from './countRepeats.ts';

const told = (sentences: readonly string[]): readonly string[] => {
  const lines: string[] = [];
  const report = countRepeats((line) => void lines.push(line));
  for (const sentence of sentences) report(sentence);
  return lines;
};

it('a sentence is told once, then with its count at each power of ten', () => {
  expect(told(Array<string>(1_500).fill('Refused.'))).toEqual([
    'Refused.',
    'Refused (10 times by now).',
    'Refused (100 times by now).',
    'Refused (1000 times by now).',
  ]);
});

it('each sentence has a count of its own', () => {
  expect(told(['A.', 'B.', 'A.', 'B.'])).toEqual(['A.', 'B.']);
});

it('of more than 200 sentences the oldest is forgotten', () => {
  const many = Array.from({ length: 201 }, (_, n) => `Client ${n}.`);
  expect(told([...many, 'Client 0.', 'Client 200.'])).toEqual([...many, 'Client 0.']);
});
