import { describe, expect, it } from 'vitest';
import { basicIngest } from './basicIngest.ts';
import { isValidTopic, isValidTopicFilter, matches } from './topicFilter.ts';

describe('a topic filter', () => {
  it.each([
    ['a/b', 'a/b'],
    ['a/+', 'a/b'],
    ['a/+', 'a/'],
    ['+/b', 'a/b'],
    ['+/+', '/'],
    ['a/+/c', 'a/b/c'],
    ['#', 'a'],
    ['#', 'a/b/c'],
    ['a/#', 'a/'],
    ['a/#', 'a/b'],
    ['a/#', 'a/b/c'],
    ['a/+/#', 'a/b/c'],
    ['$aws/#', '$aws/x'],
    ['$aws/+/x', '$aws/b/x'],
  ])('%s matches %s', (filter, topic) => {
    expect(matches(filter, topic)).toBe(true);
  });

  it.each([
    ['a/#', 'a'],
    ['a/+/#', 'a/b'],
    ['a/b', 'a/B'],
    ['a/+', 'a'],
    ['a/+', 'a/b/c'],
    ['+', 'a/b'],
    ['+', '/a'],
    ['a', 'a/'],
    ['#', '$aws/x'],
    ['+/x', '$aws/x'],
    ['b/#', 'a/b'],
  ])('%s does not match %s', (filter, topic) => {
    expect(matches(filter, topic)).toBe(false);
  });

  it.each(['a', '/', 'a/b/c/d/e/f/g/h', '+', '#', 'a/+/#', '/#', 'é'.repeat(128)])('may be %s', (filter) => {
    expect(isValidTopicFilter(filter)).toBe(true);
  });

  it.each(['', 'a#', '#/a', 'a+', 'a/+b', 'a\0b', '1/2/3/4/5/6/7/8/9', 'é'.repeat(129), 'a\ud800'])(
    'may not be %j',
    (filter) => {
      expect(isValidTopicFilter(filter)).toBe(false);
    },
  );
});

describe('a topic', () => {
  it.each(['a', '/', 'a/b/c/d/e/f/g/h', 'x'.repeat(256), '€'.repeat(85), 'a b'])('may be %s', (topic) => {
    expect(isValidTopic(topic)).toBe(true);
  });

  it.each(['', 'x'.repeat(257), '€'.repeat(86), '1/2/3/4/5/6/7/8/9', 'a/+', '#', 'a\0', '\udc00'])(
    'may not be %j',
    (topic) => {
      expect(isValidTopic(topic)).toBe(false);
    },
  );

  it('may have 256 bytes and 7 slashes behind the prefix of Basic Ingest', () => {
    expect(isValidTopic(`$aws/rules/Rule/${'x'.repeat(256)}`)).toBe(true);
    expect(isValidTopic('$aws/rules/Rule/1/2/3/4/5/6/7/8')).toBe(true);
    expect(isValidTopic('$aws/rules/Rule/1/2/3/4/5/6/7/8/9')).toBe(false);
    expect(isValidTopic(`$aws/rules/Rule/${'x'.repeat(257)}`)).toBe(false);
  });
});

describe('Basic Ingest', () => {
  it('names a rule and the topic that the rule sees', () => {
    expect(basicIngest('$aws/rules/Rule/a/b')).toEqual({ rule: 'Rule', topic: 'a/b' });
    expect(basicIngest('$aws/rules/Rule')).toEqual({ rule: 'Rule', topic: '' });
  });

  it.each(['$aws/rules/', '$aws/things/a', 'a/$aws/rules/b', '$aws/rulesets/x'])('is not %s', (topic) => {
    expect(basicIngest(topic)).toBeUndefined();
  });
});
