import { modelMs, type Counts } from './economyCounts.ts';
import { perRequest } from './economyPollers.ts';
import { platformLogBytes } from './prices.ts';
import { readingsIn, regionsAndTypes, wantedIn, type Scene } from './economyScene.ts';

/** What a function writes of its metrics in an invocation, bytes: about; it grows with numbers. */
const metricsLogBytes = 675;

/** An update of a reading as the scene's devices send it, on its own or in a batch, bytes. */
const updateBytes = 265;

/** A look-up of the subscriptions of one target: up to 4 KB, eventually consistent. */
const lookUpUnits = 0.5;

/** How many long polls of 20 s a queue has in a second while Lambda looks for messages with five pollers. */
export const idlePollsPerSecond = 5 / 20;

/**
 * What a scene uses in one of our shapes, by arithmetic, once it has gone on for a while: every target is looked up once a
 * second, and `queue` gathers a second of readings into a batch, which is one post a viewer. The run of the scene in short is
 * held against it.
 */
export const sceneModel = (shape: 'direct' | 'queue', scene: Scene): Counts => {
  const { devices, viewers, seconds } = scene;
  const isQueue = shape === 'queue';
  const readings = readingsIn(scene);
  const invocations = isQueue ? seconds : readings;
  const posts = isQueue ? viewers * seconds : wantedIn(scene);
  return {
    iotMessages: readings,
    iotRules: readings,
    iotActions: readings,
    iotMinutes: (devices * seconds) / 60,
    // Sent one by one, received and deleted by ten; and the polls of the queues in which there is nothing.
    sqsRequests:
      (isQueue ? readings * (1 + 2 / perRequest) : 0) + (isQueue ? 1 : 2) * idlePollsPerSecond * seconds,
    lambdaRequests: invocations,
    lambdaMs: modelMs({ requests: invocations, posts, writes: 2 * readings }),
    logBytes: invocations * (metricsLogBytes + platformLogBytes),
    readUnits: (devices + regionsAndTypes) * seconds * lookUpUnits,
    historyWrites: readings,
    latestWrites: readings,
    otherWrites: 0,
    webSocketMessages: posts,
    webSocketMinutes: (viewers * seconds) / 60,
    bytesOut: wantedIn(scene) * updateBytes,
  };
};
