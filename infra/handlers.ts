export type HandlerDefinition = {
  /** The source file, from the root of the repository. */
  readonly entry: string;
  readonly memoryMb: number;
  /** After how long it is stopped. */
  readonly timeoutSeconds: number;
  /** Whether what it puts into a queue comes back to it. */
  readonly feedsItself?: boolean;
};

/**
 * Every Lambda function of Fieldcast.
 *
 * With memory comes CPU, 1,769 MB being one core (Lambda guide, "Configure memory"), so half the memory is half the price
 * only while a function waits. Each takes 50 MB once it is loaded, and up to 0.07 s of a core to load, hence 256 MB. Those
 * that work through much at once, 1,000 readings of a batch or 5,000 of a replay, have 512; nobody waits for a
 * `$disconnect`, so 128.
 */
export const handlers = {
  authorizer: { entry: 'fanout/handlers/authorizer.ts', memoryMb: 256, timeoutSeconds: 5 },
  connect: { entry: 'fanout/handlers/connect.ts', memoryMb: 256, timeoutSeconds: 5 },
  disconnect: { entry: 'fanout/handlers/disconnect.ts', memoryMb: 128, timeoutSeconds: 5 },
  /** API Gateway waits for 29 s. */
  message: { entry: 'fanout/handlers/message.ts', memoryMb: 512, timeoutSeconds: 28 },
  later: { entry: 'fanout/handlers/later.ts', memoryMb: 256, timeoutSeconds: 10, feedsItself: true },
  direct: { entry: 'ingest/handlers/direct.ts', memoryMb: 256, timeoutSeconds: 10 },
  queue: { entry: 'ingest/handlers/queue.ts', memoryMb: 512, timeoutSeconds: 10 },
  presence: { entry: 'ingest/handlers/presence.ts', memoryMb: 256, timeoutSeconds: 10 },
} satisfies Record<string, HandlerDefinition>;

export type HandlerName = keyof typeof handlers;

// Object.keys forgets which keys there are.
export const handlerNames = Object.keys(handlers) as [HandlerName, ...HandlerName[]];
