import { describe, expect, it } from 'vitest';
import { isConnectionId } from '../../infra/twin/apigateway/requestId.ts';
import { stormCountClaims, stormTimeClaims } from './stormClaims.ts';
import type { StormResult } from './stormRun.ts';
import { deadIds, standardStorm } from './stormScene.ts';
import { watchPosts } from './stormWatch.ts';

const posted = (connectionId: string, at: number, seq: number, status = 410) => ({
  hop: 'posted' as const,
  at,
  connectionId,
  status,
  frame: JSON.stringify({ type: 'sensor_update', deviceId: 'storm-1', seq }),
});

const result: StormResult = {
  baseline: { n: 10_000, p50: 100, p99: 200 },
  storm: { n: 10_000, p50: 120, p99: 400 },
  missing: 0,
  posted: standardStorm.dead,
  mostPosts: 2,
  subscriptionsGoneSeconds: 3,
  connectionsGoneSeconds: 10,
  readings: [],
  reported: [],
};

describe('dead connections', () => {
  it('have ids of their own, each well-formed', () => {
    const ids = deadIds(standardStorm);
    expect(new Set(ids).size).toBe(4_500);
    expect(ids.every(isConnectionId)).toBe(true);
  });

  it('are counted by post, and by the reading that it was about', () => {
    const [a = '', b = ''] = deadIds(standardStorm);
    const { witness, read, waveOf } = watchPosts(new Set([a, b]));
    for (const sighting of [posted(a, 110, 0), posted(b, 120, 0), posted(a, 1_130, 1)]) witness(sighting);
    witness(posted('L0SM9cOFvHcCIhw=', 115, 0, 200));
    expect(read()).toEqual({ posted: 2, mostPosts: 2 });
    expect(waveOf(0)).toEqual({ posts: 2, from: 110, to: 120 });
    expect(waveOf(1)).toEqual({ posts: 1, from: 1_130, to: 1_130 });
    expect(waveOf(2)).toBeUndefined();
  });
});

describe('a claim', () => {
  const fails = (over: Partial<StormResult>) =>
    [
      ...stormCountClaims(standardStorm, { ...result, ...over }),
      ...stormTimeClaims({ ...result, ...over }),
    ].filter(({ holds }) => !holds).length;

  it('holds where each dead connection is posted to at most twice, its rows go and nothing is missing', () => {
    expect(fails({})).toBe(0);
  });

  it('fails for a third post, for one that was never posted to, for a row that stays, for a missing reading', () => {
    expect(fails({ mostPosts: 3 })).toBe(1);
    expect(fails({ posted: 4_499 })).toBe(1);
    expect(fails({ connectionsGoneSeconds: undefined })).toBe(2); // Nor in time.
    expect(fails({ subscriptionsGoneSeconds: undefined })).toBe(2);
    expect(fails({ missing: 1 })).toBe(1);
  });

  it('fails for rows that went, but after more than 60 s', () => {
    expect(fails({ subscriptionsGoneSeconds: 60, connectionsGoneSeconds: 60 })).toBe(0);
    expect(fails({ subscriptionsGoneSeconds: 60.1, connectionsGoneSeconds: 60.1 })).toBe(1);
    expect(fails({ connectionsGoneSeconds: 60.1 })).toBe(1);
  });

  it('allows live viewers twice the p99', () => {
    expect(fails({ storm: { ...result.storm, p99: 400 } })).toBe(0);
    expect(fails({ storm: { ...result.storm, p99: 401 } })).toBe(1);
  });
});
