/** What AWS would bill, by service. */
export const measures = {
  'iot.messages': 'messages published, in steps of 5 KB of topic and payload',
  'iot.rules': 'rules triggered, in steps of 5 KB',
  'iot.actions': 'actions of rules, in steps of 5 KB',
  'iot.connection-ms': 'ms for which MQTT clients were connected',
  'lambda.requests': 'invocations',
  'lambda.ms':
    'ms for which functions ran or their environments started (INIT), in wall time on this machine',
  'lambda.log-bytes': 'bytes that functions wrote to their logs',
  'lambda.posts': 'posts to @connections, by function',
  'dynamodb.read-units': 'read request units',
  'dynamodb.write-units': 'write request units',
  'sqs.requests':
    'requests, in steps of 64 KB; those of event source mappings too, of up to 10 messages each',
  'websocket.messages': 'messages either way, in steps of 32 KB',
  'websocket.bytes-out': 'bytes sent to clients',
  'websocket.connection-ms': 'ms for which connections were open',
} as const;
export type Measure = keyof typeof measures;

/** Counts by measure, then by the name of the resource. */
export type Usage = Readonly<Partial<Record<Measure, Readonly<Record<string, number>>>>>;

export type Meter = {
  add: (measure: Measure, resource: string, amount: number) => void;
  /** What was used since the start. */
  read: () => Usage;
};

export const createMeter = (): Meter => {
  const counts = new Map<Measure, Map<string, number>>();
  return {
    add: (measure, resource, amount) => {
      const resources = counts.get(measure) ?? new Map<string, number>();
      counts.set(measure, resources);
      resources.set(resource, (resources.get(resource) ?? 0) + amount);
    },
    read: () =>
      Object.fromEntries([...counts].map(([measure, resources]) => [measure, Object.fromEntries(resources)])),
  };
};

/** Billed steps of so many bytes: at least one. */
export const stepsOf = (bytes: number, step: number): number => Math.max(1, Math.ceil(bytes / step));
