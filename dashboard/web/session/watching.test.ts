import { beforeEach, describe, expect, it } from 'vitest';
import type {
  ClientError,
  Result,
  SensorUpdate,
  SubscribeOptions,
  Subscription,
  Target,
  Wish,
} from '../../../fanout/client/telemetryClient.ts';
import { labelOf, type Watch } from '../view/view.ts';
import type { Sight } from './attention.ts';
import { watchingOf, type Watched, type Watching } from './watching.ts';

const t0 = 1_763_690_000_000;
const [a, b]: [Watch, Watch] = [{ to: { region: 'a' } }, { to: { region: 'b' } }];
const refusal: ClientError = { code: 'not_granted', message: 'Ask for a wider grant.' };

/** One question to the client; it is answered when the test says so. */
type Asked = {
  label: string;
  wish: SubscribeOptions;
  answer: (error?: ClientError) => Promise<void>;
};

/** Lets what waits for answers go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const fakeClient = () => {
  const asked: Asked[] = [];
  const said: string[] = [];
  let fail: (error: ClientError) => void = () => undefined;

  const ask = <T>(label: string, wish: SubscribeOptions, success: () => Result<T>): Promise<Result<T>> =>
    new Promise((resolve) => {
      said.push(label);
      asked.push({
        label,
        wish,
        answer: (error) => {
          resolve(error === undefined ? success() : { ok: false, error });
          return settled();
        },
      });
    });

  const subscribe = (to: Target, options: SubscribeOptions = {}) => {
    const id = `s${asked.length}`;
    const label = labelOf(to);
    const subscription: Subscription = {
      id,
      to,
      live: true,
      unsubscribe: () => {
        said.push(`- ${label}`);
        return Promise.resolve({ ok: true });
      },
      change: (wish: Wish) => ask(`~ ${label}`, wish, () => ({ ok: true })),
    };
    return ask(`+ ${label}`, options, () => ({ ok: true, subscription }));
  };

  return {
    asked,
    said,
    fail: (error: ClientError) => fail(error),
    client: {
      subscribe,
      on: ((_: 'error', listener: (error: ClientError) => void) => {
        fail = listener;
        return () => undefined;
      }) as Parameters<typeof watchingOf>[0]['on'], // Errors are all that is listened to.
    },
  };
};

let fake: ReturnType<typeof fakeClient>;
let watching: Watching;
let now = t0;

beforeEach(() => {
  now = t0;
  fake = fakeClient();
  watching = watchingOf(fake.client, () => now);
});

const answerAll = async (): Promise<void> => {
  for (const { answer } of fake.asked.splice(0)) await answer();
};

const follow = async (chosen: readonly Watch[], focused: readonly string[] = []): Promise<void> => {
  watching.follow(chosen, focused);
  await answerAll();
};

const look = async (sight: Sight, devices = 1): Promise<void> => {
  watching.attend(() => ({ sight, devices }));
  await settled();
};

const only = (): Watched => {
  const [one] = watching.watched.value;
  if (one === undefined) throw new Error('Nothing is watched.');
  return one;
};

const update = (more: Partial<SensorUpdate> = {}): SensorUpdate => ({
  type: 'sensor_update',
  deviceId: 'pump-1',
  region: 'a',
  ts: t0,
  receivedAt: t0,
  sentAt: t0,
  data: { temperature: 20 },
  ...more,
});

describe('what is watched', () => {
  it('is subscribed to once, and unsubscribed when it leaves', async () => {
    await follow([a, b]);
    await follow([a, b]);
    await follow([b]);
    expect(fake.said).toEqual(['+ region a', '+ region b', '- region a']);
  });

  it('is told from asking to live', async () => {
    watching.follow([a], []);
    expect(only().status).toBe('asking');
    await answerAll();
    expect(only().status).toBe('live');
  });

  it('ends one whose answer comes when nobody wants it any more', async () => {
    watching.follow([a], []);
    watching.follow([], []);
    expect(fake.said).toEqual(['+ region a']);
    await answerAll();
    expect(fake.said).toEqual(['+ region a', '- region a']);
    expect(watching.watched.value).toEqual([]);
  });

  it('is told in its order, whatever came first', async () => {
    await follow([a]);
    await follow([b, a], ['x']);
    expect(watching.watched.value.map(({ watch }) => labelOf(watch.to))).toEqual([
      'region b',
      'region a',
      'device x',
    ]);
  });

  it('is subscribed to anew before the old one ends where its conditions change', async () => {
    await follow([a]);
    await follow([{ ...a, where: [{ field: 't', op: '>', value: 1 }] }]);
    expect(fake.said).toEqual(['+ region a', '+ region a', '- region a']);
  });

  it('ends the old one first where there is no room for both', async () => {
    const chosen = Array.from({ length: 49 }, (_, n): Watch => ({ to: { device: `d${n}` } }));
    await follow(chosen, ['x']);
    await follow(chosen, ['y']);
    expect(fake.said.slice(-2)).toEqual(['- device x', '+ device y']);
  });

  it('keeps its subscription, and what it brought, where its rate alone changes', async () => {
    await follow([a]);
    watching.count([update()], 200);
    now += 1_000;
    await follow([{ ...a, maxRate: 2 }]);
    expect(fake.said).toEqual(['+ region a', '~ region a']);
    expect(only()).toMatchObject({ rate: 2, status: 'live', flow: { updates: 0.1, bytes: 20 } });
  });
});

describe('the open device', () => {
  it('is watched as long as it is open', async () => {
    await follow([], ['pump-1']);
    expect(only().isChosen).toBe(false);
    await follow([]);
    expect(fake.said).toEqual(['+ device pump-1', '- device pump-1']);
  });

  it('that is chosen too is watched once, and stays when it is closed', async () => {
    const chosen: Watch = { to: { device: 'pump-1' } };
    await follow([chosen], ['pump-1']);
    expect(only().isChosen).toBe(true);
    await follow([chosen]);
    await follow([], ['pump-1']);
    expect(fake.said).toEqual(['+ device pump-1']);
    expect(only().isChosen).toBe(false);
  });

  it('comes whole beside a watch of it at a rate', async () => {
    await follow([{ to: { device: 'pump-1' }, maxRate: 1 }], ['pump-1']);
    expect(watching.watched.value.map(({ rate, isChosen }) => [rate, isChosen])).toEqual([
      [1, true],
      [undefined, false],
    ]);
  });

  it('is drawn in full, however fast it speaks, while the tab is seen', async () => {
    await follow([a], ['pump-1']);
    for (let n = 0; n < 100; n += 1) watching.count([update()], 200);
    now += 1_000;
    await look('on-screen');
    await answerAll();
    expect(watching.watched.value.map(({ rate }) => rate)).toEqual([4, undefined]);
    await look('hidden');
    await answerAll();
    expect(watching.watched.value.map(({ rate }) => rate)).toEqual([0.1, 0.1]);
  });
});

describe('what is refused', () => {
  beforeEach(async () => {
    watching.follow([a, b], []);
    const [first, second] = fake.asked.splice(0);
    await first?.answer(refusal);
    await second?.answer();
  });

  it('stays so, with its reason, until it is retried', async () => {
    await follow([a, b]);
    expect(only()).toMatchObject({ status: 'refused', error: refusal });
    expect(fake.said).toEqual(['+ region a', '+ region b']);
    watching.retry(only().key);
    expect(only()).toMatchObject({ status: 'asking', isChosen: true });
    expect(only().error).toBeUndefined();
    await answerAll();
    expect(only()).toMatchObject({ status: 'live', watch: a });
  });

  it('brings nothing, and is asked for no other rate', async () => {
    watching.count([update({ region: 'a' })], 200);
    await look('hidden');
    now += 1_000;
    watching.refresh();
    expect(only().flow.updates).toBe(0);
    expect(fake.said).not.toContain('~ region a');
  });

  it('may be one that the server took back', async () => {
    fake.fail({ ...refusal, id: 's1' });
    fake.fail({ ...refusal, id: 'another' });
    fake.fail(refusal);
    expect(watching.watched.value.map(({ status }) => status)).toEqual(['refused', 'refused']);
    watching.retry(watching.watched.value[1]?.key ?? '');
    await answerAll();
    expect(fake.said.slice(2)).toEqual(['- region b', '+ region b']);
  });

  it('is not retried where it is not refused', () => {
    watching.retry(watching.watched.value[1]?.key ?? '');
    watching.retry('nothing');
    expect(fake.said).toEqual(['+ region a', '+ region b']);
  });
});

describe('rates that follow what is looked at', () => {
  it('change once and not twice, while the answer is on its way and after it', async () => {
    await follow([a]);
    await look('hidden');
    await look('hidden');
    expect(only().rate).toBeUndefined();
    await answerAll();
    await look('hidden');
    expect(fake.said).toEqual(['+ region a', '~ region a']);
    expect(only()).toMatchObject({ rate: 0.1, sight: 'hidden' });
  });

  it('come back to what was wished for', async () => {
    const wish: Watch = { ...a, maxRate: 2, where: [{ field: 't', op: 'exists' }] };
    await follow([wish]);
    await look('off-screen');
    expect(fake.asked[0]?.wish).toEqual({ where: wish.where, maxRate: 0.5 });
    await answerAll();
    await look('on-screen');
    expect(fake.asked[0]?.wish).toEqual({ where: wish.where, maxRate: 2 });
    await answerAll();
    expect(only().rate).toBe(2);
    expect(only().sight).toBeUndefined();
  });

  it('are not asked for before there is a subscription', async () => {
    watching.follow([a], []);
    await look('hidden');
    expect(fake.said).toEqual(['+ region a']);
  });

  it('that are refused are asked for again after half a minute, not at every look', async () => {
    await follow([a]);
    await look('hidden');
    await fake.asked.shift()?.answer(refusal);
    expect(only()).toMatchObject({ status: 'live', rateError: refusal });
    expect(only()).toMatchObject({ rate: undefined, status: 'live' });
    await look('hidden');
    expect(fake.said).toHaveLength(2);
    now += 30_000;
    await look('hidden');
    expect(fake.said).toHaveLength(3);
  });

  it('do not flap where devices speak about as fast as a tile draws', async () => {
    await follow([a]);
    for (const perSecond of [4.2, 3.9, 4.1, 3.5, 4.3]) {
      for (let n = 0; n < perSecond * 10; n += 1) watching.count([update()], 200);
      now += 1_000;
      await look('on-screen');
      await answerAll();
      now += 20_000;
    }
    expect(fake.said).toEqual(['+ region a', '~ region a']);
  });
});

describe('how long readings may be held back on purpose', () => {
  it('is nothing where they come as they are, and where nobody knows', async () => {
    await follow([a]);
    expect(watching.heldBackMs(['s0'])).toBe(0);
    expect(watching.heldBackMs(['x'])).toBe(0);
    expect(watching.heldBackMs([])).toBe(0);
  });

  it('is the time between two at the best rate of those that bring them', async () => {
    await follow([
      { ...a, maxRate: 0.1 },
      { ...b, maxRate: 2 },
    ]);
    expect(watching.heldBackMs(['s0'])).toBe(10_000);
    expect(watching.heldBackMs(['s0', 's1'])).toBe(500);
    expect(watching.heldBackMs(['s0', 'x'])).toBe(10_000);
  });

  it('stays what it was until a higher rate can have brought one', async () => {
    await follow([a]);
    await look('hidden');
    await answerAll();
    await look('on-screen');
    await answerAll();
    expect(only().rate).toBeUndefined();
    expect(watching.heldBackMs(['s0'])).toBe(10_000);
    now += 10_000;
    expect(watching.heldBackMs(['s0'])).toBe(0);
  });
});

describe('what a watch brings', () => {
  const flowOf = (n: number) => watching.watched.value[n]?.flow;

  it('is its own share of a frame, told with the next second', async () => {
    await follow([a, b]);
    watching.count(
      [
        update({ folded: { count: 10, min: {}, max: {} } }),
        update(),
        update({ region: 'b' }),
        update({ region: 'c' }),
      ],
      4_000,
    );
    now += 1_000;
    watching.refresh();
    expect(flowOf(0)).toEqual({ frames: 0.1, updates: 0.2, folded: 0.9, bytes: 200 });
    expect(flowOf(1)).toEqual({ frames: 0.1, updates: 0.1, folded: 0, bytes: 100 });
  });

  it('is what meets its conditions', async () => {
    await follow([{ ...a, where: [{ field: 'temperature', op: '>', value: 30 }] }, { to: { type: 'pump' } }]);
    watching.count([update({ deviceType: 'pump' })], 100);
    now += 1_000;
    watching.refresh();
    expect(flowOf(0)?.updates).toBe(0);
    expect(flowOf(1)?.updates).toBe(0.1);
  });
});
