import { expect, it } from 'vitest';
import { countClaims } from './economyClaims.ts';
import { runShape, type ShapeResult } from './economyRun.ts';
import { shortScene, wantedIn } from './economyScene.ts';
import { shapeNames } from './economyShapes.ts';
import { sceneModel } from './sceneModel.ts';

/** What goes up with every try again is as much as reckoned or more, what is measured in bytes about as much. */
const expectAsModelled = (shape: 'direct' | 'queue', { counts, viewers }: ShapeResult): void => {
  const model = sceneModel(shape, shortScene);
  for (const line of ['iotMessages', 'iotRules', 'iotActions', 'iotMinutes', 'webSocketMinutes'] as const)
    expect([line, counts[line]]).toEqual([line, model[line]]);
  const atLeast = ['historyWrites', 'latestWrites', 'lambdaRequests', 'webSocketMessages'] as const;
  // A few seconds do not fall into batches as many do.
  for (const line of shape === 'direct' ? atLeast : atLeast.slice(0, 2))
    expect([line, counts[line] >= model[line]]).toEqual([line, true]);
  const bytesOfUpdate = counts.bytesOut / (viewers.received + viewers.repeated);
  expect(Math.abs(bytesOfUpdate / (model.bytesOut / wantedIn(shortScene)) - 1)).toBeLessThan(0.25);
  const bytesOfLog = counts.logBytes / counts.lambdaRequests;
  expect(Math.abs(bytesOfLog / (model.logBytes / model.lambdaRequests) - 1)).toBeLessThan(0.25);
};

it.concurrent.each(shapeNames)(
  '%s in short: everything is metered, posted as often as it should be, and received',
  async (shape) => {
    const result = await runShape(shape, shortScene);
    expect(countClaims(shortScene, result).filter(({ holds }) => !holds)).toEqual([]);
    expect(result.viewers.received).toBe(wantedIn(shortScene));
    if (shape === 'direct' || shape === 'queue') expectAsModelled(shape, result);
  },
  5 * 60_000, // It is about counts: how long it takes is the machine's affair.
);
