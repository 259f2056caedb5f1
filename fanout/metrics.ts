/** Where CloudWatch has them. */
export const metricsNamespace = 'Fieldcast';

/**
 * What handlers count, by the name it has in CloudWatch (dimension `service`: the handler) and in the tally of a local run.
 * Names are stable: alarms are built on them.
 */
export const metrics = {
  ReadingsAccepted: 'messages that were readings',
  MessagesRejected: 'messages that were none; by `reason` too',
  Matched: 'pairs of a reading and a connection that subscribed to it',
  Delivered: 'pairs of which the edge took the reading',
  Folded: 'pairs that wait for their pace, to go out as part of a later update',
  Filtered: 'pairs that no `where` of the connection wants',
  NotGranted: 'pairs that no grant of the connection covers',
  TokenExpired: 'pairs whose connection has no token that is still good',
  Gone: 'pairs whose connection is gone',
  Busy: 'pairs that the edge was too busy for; they are sent later',
  Refused: 'pairs that the edge refuses for good (400, 403, 413)',
  Posts: 'frames that the edge took',
  Retries: 'posts that were tried again at once',
  BreakerOpen: 'posts that were not begun, since the edge refuses most',
  OutOfTime: 'connections that were not posted to any more, since the invocation ends too soon',
  Resent: 'updates that went out after the edge had been too busy for them, or after their pace',
  NotResent: 'updates that were put off and never went out; by `reason`: gone, unwanted, refused',
  DebtsForgotten: 'connections of which there was no time to remember that the edge was too busy for them',
  ForgetFailed: 'clean-ups of gone connections that failed; the next 410 repeats them',
  NoteFailed: 'connections of which could not be noted that what was owed went out: it may go out once more',
  HungUp:
    'connections ended because the edge would not take what they are owed; they resume from the history',
  CacheHits: 'look-ups of a target that were answered from memory',
  CacheMisses: 'look-ups of a target that went to the table',
  ConnectionsOpened: 'connections let in',
  ConnectionsClosed: 'connections of which $disconnect told',
  HandshakesRefused: 'handshakes not let in; by `reason` too',
  Requests: 'messages of clients',
  PresenceEvents: 'MQTT connections that began or ended',
  IngestMs: 'from the rules engine to the filter; of a batch, as its oldest waited',
  RecordMs: 'to record readings',
  DeliverMs: 'from there until every post has ended',
  DeviceToPushMs:
    'of each reading that a viewer got at once: from the rules engine until the last of those viewers had it; what is sent later is not in it',
} as const;
export type Metric = keyof typeof metrics;

/** Counts, or takes a time in ms where the name ends in `Ms`. `reason` is a second dimension, where the metric has one. */
export type Measure = (metric: Metric, value: number, reason?: string) => void;

/** Nothing is counted. */
export const unmeasured: Measure = () => undefined;
