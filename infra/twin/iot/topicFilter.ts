import { Buffer } from 'node:buffer';
import { withoutPrefix } from './basicIngest.ts';
import { maxTopicBytes, maxTopicSlashes } from './limits.ts';

/**
 * Whether a topic filter covers a topic, as AWS IoT does it: `a/#` covers `a/` and `a/b` but not `a`, unlike
 * MQTT 3.1.1 section 4.7.1.2 (AWS IoT developer guide, "Topic filters"). A wildcard in the first level covers no topic
 * that starts with `$` [MQTT-4.7.2-1]. Both arguments must be valid; total, never throws.
 */
export const matches = (filter: string, topic: string): boolean => {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const filterLevels = filter.split('/');
  const levels = topic.split('/');
  const open = filterLevels.at(-1) === '#';
  const named = open ? filterLevels.slice(0, -1) : filterLevels;
  if (open ? levels.length <= named.length : levels.length !== named.length) return false;
  return named.every((level, i) => level === '+' || level === levels[i]);
};

/**
 * Whether a client may publish to `topic`: 1-256 UTF-8 bytes, at most 7 slashes (the prefix `$aws/rules/<rule>/`
 * excluded), no NUL [MQTT-1.5.3-2], no wildcard [MQTT-3.3.2-2], no lone surrogate [MQTT-1.5.3-1].
 */
export const isValidTopic = (topic: string): boolean =>
  topic !== '' && isShort(withoutPrefix(topic)) && isText(topic) && !/[+#]/.test(topic);

/** Whether a client may subscribe to `filter`: the limits of a topic, `+` a whole level, `#` the whole last level. */
export const isValidTopicFilter = (filter: string): boolean =>
  filter !== '' && isShort(filter) && isText(filter) && hasWholeWildcards(filter.split('/'));

const isShort = (topic: string): boolean =>
  Buffer.byteLength(topic) <= maxTopicBytes && topic.split('/').length <= maxTopicSlashes + 1;

const isText = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

const hasWholeWildcards = (levels: string[]): boolean =>
  levels.every(
    (level, i) => !/[+#]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1),
  );
