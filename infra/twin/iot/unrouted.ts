import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import type { Rule } from './ruleDefinition.ts';

/** Kinds of topics that are named, so that a device with a topic for everything cannot flood the report. */
const maxNamed = 20;

/** Topics of as many levels that begin alike count as one kind. */
const kindOf = (topic: string): string => {
  const [first, ...others] = topic.split('/');
  return JSON.stringify([first, others.length]);
};

/** Tells of messages of clients that no enabled rule takes: the witness of each, the report of each kind once. */
export const createUnrouted = (
  rules: readonly Pick<Rule, 'topicFilter'>[],
  { witness = () => undefined, report }: { witness?: Witness; report: Report },
): ((message: PublishedMessage) => void) => {
  const filters = rules.flatMap(({ topicFilter }) => topicFilter ?? []);
  const named = new Set<string>();

  const name = (topic: string): void => {
    const kind = kindOf(topic);
    if (named.has(kind) || named.size >= maxNamed) return;
    named.add(kind);
    const taken = filters.length === 0 ? 'the template has none' : `rules take ${filters.join(', ')}`;
    const last = named.size === maxNamed ? ', and of no other topic' : '';
    report(`MQTT message to ${topic} matched no rule; ${taken} (said once of topics like it${last}).`);
  };
  return ({ topic, clientId, timestamp, rule }) => {
    if (topic.startsWith('$')) return; // What the broker itself says is for those who want it.
    witness({ hop: 'unrouted', at: timestamp, clientId, topic });
    if (rule === undefined) name(topic);
    else report(`Basic Ingest: no enabled rule is named ${rule}, the message is lost.`);
  };
};
