import type { Below } from '../../fanout/seeded.testing.ts';
import { byAge, groupBy } from '../../devices/ledger/checkIndex.ts';
import { hops, keyOf, type Hop, type Ledger, type Name } from '../../devices/ledger/entries.ts';
import { expired, tickMs, valueOf, type Draft } from './goodLedger.testing.ts';
import { textsOf, type Texts } from '../../devices/ledger/text.ts';
import type { Finding } from '../../devices/ledger/verdict.ts';

type Applied = Draft['applied'][number];

/** Puts one thing wrong into a good ledger, and says how it must be named. */
export type Defect = (draft: Draft, below: Below) => Finding[];
/** One that is wrong with the files. */
export type TextDefect = (texts: Texts, below: Below) => { texts: Texts; expected: Finding[] };

const pick = <T>(all: readonly T[], below: Below): T => {
  const one = all[below(all.length)];
  if (one === undefined) throw new Error('A good ledger has some of these.');
  return one;
};

const nameOf = ({ deviceId, boot, seq }: Name): Name => ({ deviceId, boot, seq });
const isSame = (a: Name) => (b: Name) => keyOf(a) === keyOf(b);

/** Takes out every entry of which `isOne` holds. */
const drop = <T>(entries: T[], isOne: (entry: T) => boolean): void => {
  for (let n = entries.length - 1; n >= 0; n -= 1) if (isOne(entries[n] as T)) entries.splice(n, 1); // n is within.
};

/** What viewers had at once of readings they were entitled to, by viewer and device, the oldest first. */
const streams = ({ applied, attempted, told }: Draft): Applied[][] => {
  const liveAt = told.find(({ what }) => what === 'live')?.at ?? Infinity;
  const entitled = new Set(attempted.filter(({ at }) => at >= liveAt).map(keyOf));
  const plain = applied.filter((one) => entitled.has(keyOf(one)) && one.fold === undefined);
  const groups = groupBy(plain, ({ viewer, deviceId }) => `${viewer} ${deviceId}`);
  return [...groups.values()].map((group) => group.sort(byAge)).filter(({ length }) => length > 8);
};

/** What is lost right before a loss of the connection is told with it. */
const isBeforeExpired = ({ viewer, deviceId, boot, seq }: Applied): boolean =>
  viewer === expired.viewer &&
  deviceId === expired.deviceId &&
  boot === 1 &&
  seq < expired.from &&
  seq > expired.from - 3;

/** Of a device that does not count, two of the same time may be two. */
const isCounted = ({ boot }: Name): boolean => boot > 0;

const inTheMiddle = (draft: Draft, below: Below, isOne: (one: Applied) => boolean = () => true): Applied => {
  const ones = streams(draft).filter(([first]) => first !== undefined && isOne(first));
  const stream = pick(ones, below).slice(2, -2);
  return pick(
    stream.filter((one) => one.late !== true && !isBeforeExpired(one)),
    below,
  );
};

const ofViewers = ['posted', 'received', 'applied'] as const;
type OfViewers = (typeof ofViewers)[number];

/** Takes a reading out of what one viewer had, from this hop on. */
const loseFor = (draft: Draft, viewer: string, name: Name, from: OfViewers): void => {
  const isIt = isSame(name);
  drop(draft.applied, (one) => one.viewer === viewer && isIt(one));
  if (from !== 'applied') drop(draft.received, (one) => one.viewer === viewer && isIt(one));
  if (from === 'posted') drop(draft.posted, (one) => one.connectionId === `c-${viewer}` && isIt(one));
};

const lostAt =
  (hop: OfViewers): Defect =>
  (draft, below) => {
    const { viewer, ...one } = inTheMiddle(draft, below);
    loseFor(draft, viewer, one, hop);
    return [{ category: 'lost', hop, viewer, name: nameOf(one), part: 'middle' }];
  };

/** Head or tail of what one viewer had of one device. */
const lostEnd =
  (part: 'prefix' | 'postfix'): Defect =>
  (draft, below) => {
    const stream = pick(streams(draft), below);
    const count = 1 + below(3);
    const hop = pick(ofViewers, below);
    const gone = part === 'prefix' ? stream.slice(0, count) : stream.slice(-count);
    return gone.map(({ viewer, ...one }) => {
      loseFor(draft, viewer, one, hop);
      return { category: 'lost', hop, viewer, name: nameOf(one), part };
    });
  };

const corruptAt =
  (hop: 'published' | OfViewers): Defect =>
  (draft, below) => {
    const one = pick<Name & { sha: string; viewer?: string; connectionId?: string }>(draft[hop], below);
    one.sha = `bad ${one.sha}`;
    const viewer = one.viewer ?? one.connectionId?.slice(2);
    return [{ category: 'corrupt', hop, name: nameOf(one), ...(viewer === undefined ? {} : { viewer }) }];
  };

/** The line is missing though the reading came. */
const unrecordedAt =
  (hop: 'published' | 'posted' | 'received'): Defect =>
  (draft, below) => {
    const { viewer, ...one } = inTheMiddle(draft, below);
    const isIt = isSame(one);
    if (hop === 'published') drop(draft.published, isIt);
    if (hop === 'posted') drop(draft.posted, (post) => post.connectionId === `c-${viewer}` && isIt(post));
    if (hop === 'received') drop(draft.received, (frame) => frame.viewer === viewer && isIt(frame));
    return [{ category: 'unrecorded', hop, name: nameOf(one), ...(hop === 'published' ? {} : { viewer }) }];
  };

/** One more of a device that nobody watches. */
const unseen = (draft: Draft, below: Below): Draft['attempted'][number] => {
  const one = pick(
    draft.attempted.filter(({ deviceId }) => deviceId === 'v0'),
    below,
  );
  return { ...one, seq: one.seq + 1_000 };
};

/** A viewer has this of all things: it is in a frame, and is handed out as a late one. */
const comesTo = (
  draft: Draft,
  viewer: string,
  { at, sha, ...one }: Draft['attempted'][number],
): Finding[] => {
  const seen = { ...nameOf(one), sha };
  draft.posted.push({ at: at + 4, ...seen, connectionId: `c-${viewer}`, status: 200 });
  draft.received.push({ at: at + 5, ...seen, viewer, frame: 'sensor_update' });
  draft.applied.push({ at: at + 6, ...seen, viewer, source: 'live', late: true });
  return (['received', 'applied'] as const).map((hop) => {
    return { category: 'unexpected', hop, viewer, name: nameOf(one) };
  });
};

const foldOf = (draft: Draft, below: Below, isOne: (update: Applied) => boolean = () => true) => {
  const live = draft.told.find(({ what }) => what === 'live')?.at ?? Infinity;
  const first = (one: Applied): Draft['attempted'][number] | undefined => {
    const readings = draft.attempted.filter(({ deviceId }) => deviceId === one.deviceId).sort(byAge);
    const taken = readings.filter((reading) => draft.published.some(isSame(reading)));
    return taken[taken.findIndex(isSame(one)) - (one.fold?.count ?? 1) + 1];
  };
  const folds = draft.applied.filter(
    (one) => one.fold !== undefined && (first(one)?.at ?? -1) >= live + 5 * tickMs,
  ); // Not the first that came.
  const update = pick(folds.filter(isOne), below);
  return { update, oldest: first(update), fold: update.fold ?? { count: 1, min: {}, max: {} } };
};

/** Each by what it does. */
export const defects: Readonly<Record<string, Defect>> = {
  'a reading is lost before the post': lostAt('posted'),
  'a reading is lost on the way to the viewer': lostAt('received'),
  'a reading is lost in the client': lostAt('applied'),
  'the head is lost': lostEnd('prefix'),
  'the tail is lost': lostEnd('postfix'),
  'the broker acknowledges and forgets': (draft, below) => {
    const one = inTheMiddle(draft, below);
    const isIt = isSame(one);
    const had = draft.applied.filter((each) => isIt(each) && each.fold === undefined);
    drop(draft.published, isIt);
    // What a fold's newest reading stands for would be lost too.
    for (const hop of ofViewers)
      drop<Name & { fold?: unknown }>(draft[hop], (each) => isIt(each) && each.fold === undefined);
    return [
      { category: 'forged', hop: 'acknowledged', name: nameOf(one) },
      ...had
        .filter(({ viewer }) => viewer === one.viewer)
        .map(({ viewer }): Finding => ({
          category: 'lost',
          hop: 'published',
          viewer,
          name: nameOf(one),
          part: 'middle',
        })),
    ];
  },
  'an acknowledgement is forged': (draft, below) => {
    const one = unseen(draft, below);
    draft.attempted.push(one);
    draft.acknowledged.push({ at: one.at + 3, ...nameOf(one) });
    return [{ category: 'forged', hop: 'acknowledged', name: nameOf(one) }];
  },
  'the broker never takes a reading': (draft, below) => {
    const one = unseen(draft, below);
    draft.attempted.push(one);
    return [{ category: 'unacknowledged', hop: 'acknowledged', name: nameOf(one) }];
  },
  'an acknowledgement does not come': (draft, below) => {
    const one = pick(draft.acknowledged, below);
    drop(draft.acknowledged, isSame(one));
    return [{ category: 'unacknowledged', hop: 'acknowledged', name: nameOf(one) }];
  },
  'two change places': (draft, below) => {
    const inOrder = groupBy(draft.applied, ({ viewer, deviceId }) => `${viewer} ${deviceId}`);
    const pairs = [...inOrder.values()].flatMap((group) =>
      group.flatMap((one, n): [Applied, Applied][] => {
        const [before, next] = [group[n - 1], group[n + 1]];
        const isSwappable =
          next !== undefined && before?.late !== true && one.late !== true && next.late !== true;
        return isSwappable && before !== undefined ? [[one, next]] : [];
      }),
    );
    const [older, newer] = pick(pairs, below);
    const [m, n] = [draft.applied.indexOf(older), draft.applied.indexOf(newer)];
    draft.applied[m] = newer;
    draft.applied[n] = older;
    return [{ category: 'disorder', hop: 'applied', viewer: older.viewer, name: nameOf(older) }];
  },
  'a late one does not say so': (draft, below) => {
    const isOf = (a: Applied) => (b: Applied) => a.viewer === b.viewer && a.deviceId === b.deviceId;
    const isAfterNewer = (one: Applied, n: number) =>
      draft.applied.slice(0, n).some((before) => isOf(one)(before) && byAge(before, one) > 0);
    const one = pick(
      draft.applied.filter((each, n) => each.late === true && isAfterNewer(each, n)),
      below,
    );
    const { late: _, ...unmarked } = one;
    draft.applied[draft.applied.indexOf(one)] = unmarked;
    return [{ category: 'disorder', hop: 'applied', viewer: one.viewer, name: nameOf(one) }];
  },
  'one is handed out twice': (draft, below) => {
    const one = pick(draft.applied.filter(isCounted), below);
    draft.applied.splice(draft.applied.indexOf(one) + 1, 0, { ...one, at: one.at + 1 });
    return [{ category: 'duplicate', hop: 'applied', viewer: one.viewer, name: nameOf(one) }];
  },
  'one is handed out again much later, as late': (draft, below) => {
    const one = inTheMiddle(draft, below, isCounted);
    draft.applied.push({ ...one, at: one.at + 9_999, source: 'replay', late: true });
    return [{ category: 'duplicate', hop: 'applied', viewer: one.viewer, name: nameOf(one) }];
  },
  'a reading comes to one who may not see it': (draft, below) => {
    const { at, sha, ...one } = pick(
      draft.attempted.filter(({ deviceId }) => deviceId === 'v0').slice(0, 20),
      below,
    );
    const viewer = pick(['plain', 'by-type', 'where', 'paced', 'foreign'], below);
    draft.posted.push({ at: at + 4, ...nameOf(one), sha, connectionId: `c-${viewer}`, status: 200 });
    draft.received.push({ at: at + 5, ...nameOf(one), sha, viewer, frame: 'sensor_update' });
    return (['posted', 'received'] as const).map((hop) => ({
      category: 'leak',
      hop,
      viewer,
      name: nameOf(one),
    }));
  },
  'a notice names a device to one who may not know it': (draft, below) => {
    const viewer = pick(['plain', 'by-type', 'where', 'paced', 'foreign'], below);
    draft.told.push({ at: 1_000, viewer, what: 'named', deviceId: 'v0', frame: 'device_status' });
    return [{ category: 'leak', hop: 'told', viewer, name: { deviceId: 'v0', boot: -1, seq: -1 } }];
  },
  'the bytes of the message are wrong': corruptAt('published'),
  'the bytes of a post are wrong': corruptAt('posted'),
  'the bytes of a frame are wrong': corruptAt('received'),
  'the bytes of an update are wrong': corruptAt('applied'),
  'a viewer has what nobody published': (draft, below) => {
    const one = pick(draft.received, below);
    const name = { deviceId: one.deviceId, boot: one.boot, seq: one.seq + 1_000 };
    draft.received.push({ ...one, ...name });
    return [{ category: 'unexpected', hop: 'received', viewer: one.viewer, name }];
  },
  'a viewer has what its `where` leaves out': (draft, below) =>
    comesTo(
      draft,
      'where',
      pick(
        draft.attempted.filter((one) => one.region === 'open' && valueOf(one) < 500),
        below,
      ),
    ),
  'a viewer has what it did not subscribe to': (draft, below) =>
    comesTo(
      draft,
      'overlapping',
      pick(
        draft.attempted.filter(({ deviceId }) => deviceId === 'v0'),
        below,
      ),
    ),
  'the device did not write it down': (draft, below) => {
    const one = pick(draft.published, below);
    drop(draft.attempted, isSame(one));
    return [{ category: 'unexpected', hop: 'published', name: nameOf(one) }];
  },
  'the rules engine did not write it down': unrecordedAt('published'),
  'the edge did not write it down': unrecordedAt('posted'),
  'the socket did not write it down': unrecordedAt('received'),
  'a gap is neither told nor healed': (draft, below) => {
    const isGap = (one: Draft['told'][number]) => one.what === 'gap' || one.what === 'filled';
    // A hole at the end of a boot is no jump.
    const isJump = (one: Draft['told'][number]) =>
      one.what === 'gap' &&
      draft.applied.some(
        ({ viewer, deviceId, boot, seq }) =>
          viewer === one.viewer && deviceId === one.deviceId && boot === one.boot && seq > one.to,
      );
    const gap = pick(draft.told.filter(isJump), below);
    if (gap.what !== 'gap') return [];
    const { viewer, deviceId, boot, from } = gap;
    const name = { deviceId, boot, seq: from };
    drop(
      draft.told,
      (one) =>
        isGap(one) &&
        one.viewer === viewer &&
        isSame(name)({ ...name, ...one, seq: 'from' in one ? one.from : -1 }),
    );
    loseFor(draft, viewer, name, 'applied');
    return [
      { category: 'silentGap', hop: 'told', viewer, name },
      { category: 'lost', hop: 'applied', viewer, name, part: 'middle' },
    ];
  },
  'a gap is told, and healed, too late': (draft, below) => {
    const laterMs = 6_000;
    const late = draft.applied.filter(({ viewer, deviceId, boot, seq, at, late: isLate, source }) => {
      const isGap = (one: Draft['told'][number]) =>
        one.what === 'gap' &&
        one.viewer === viewer &&
        one.deviceId === deviceId &&
        one.boot === boot &&
        one.from === seq;
      return isLate === true && source === 'live' && at < 20 * tickMs && draft.told.some(isGap);
    });
    const { viewer, ...one } = pick(late, below);
    for (const telling of draft.told)
      if (telling.what === 'gap' && telling.viewer === viewer && telling.deviceId === one.deviceId)
        if (telling.boot === one.boot && telling.from === one.seq)
          draft.told[draft.told.indexOf(telling)] = { ...telling, at: telling.at + laterMs };
    drop(draft.applied, (each) => each.viewer === viewer && isSame(one)(each));
    draft.applied.push({ ...one, viewer, at: one.at + laterMs });
    return [{ category: 'silentGap', hop: 'told', viewer, name: nameOf(one) }];
  },
  'a much later fold counts what an earlier one left out': (draft, below) => {
    const { update, oldest, fold } = foldOf(draft, below, (one) => one.at < 20 * tickMs);
    const isOfSame = (one: Applied) => one.viewer === update.viewer && one.deviceId === update.deviceId;
    const last = draft.applied.findLast((one) => isOfSame(one) && one.fold !== undefined);
    if (last?.fold === undefined || oldest === undefined) return [];
    draft.applied[draft.applied.indexOf(update)] = { ...update, fold: { ...fold, count: fold.count - 1 } };
    draft.applied[draft.applied.indexOf(last)] = {
      ...last,
      fold: { count: last.fold.count + 1, min: { value: 0 }, max: { value: 999 } },
    };
    return [{ category: 'lost', hop: 'posted', viewer: update.viewer, name: nameOf(oldest), part: 'middle' }];
  },
  'a fold counts one too few': (draft, below) => {
    const { update, oldest, fold } = foldOf(draft, below);
    draft.applied[draft.applied.indexOf(update)] = { ...update, fold: { ...fold, count: fold.count - 1 } };
    return oldest === undefined
      ? []
      : [{ category: 'lost', hop: 'posted', viewer: update.viewer, name: nameOf(oldest), part: 'middle' }];
  },
  'the extremes of a fold leave a reading out': (draft, below) => {
    const { update, fold } = foldOf(draft, below);
    const readings = draft.attempted.filter(
      (one) => one.deviceId === update.deviceId && draft.published.some(isSame(one)),
    );
    const end = readings.findIndex(isSame(update));
    const others = readings.slice(end - fold.count + 1, end);
    const highest = others.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a));
    draft.applied[draft.applied.indexOf(update)] = {
      ...update,
      fold: { ...fold, max: { value: valueOf(highest) - 0.5 } },
    };
    return others
      .filter((one) => valueOf(one) === valueOf(highest))
      .map((one) => ({
        category: 'lost',
        hop: 'posted',
        viewer: update.viewer,
        name: nameOf(one),
        part: 'middle',
      }));
  },
  'a resumption says that all was recovered, and it was not': (draft) => {
    const n = draft.told.findIndex(({ what }) => what === 'resumed');
    const one = draft.told[n];
    if (one?.what !== 'resumed') return [];
    draft.told[n] = { ...one, recovered: true };
    return [14, 15, 16].map((seq) => ({
      category: 'lost',
      hop: 'posted',
      viewer: one.viewer,
      name: { deviceId: 'd1', boot: 1, seq },
      part: 'middle',
    }));
  },
};

const files = hops.filter((hop) => hop !== 'faulted');

export const textDefects: Readonly<Record<string, TextDefect>> = {
  'a file ends early': (texts, below) => {
    const hop = pick(files, below);
    const length = 1 + below(texts[hop].length - 1);
    return { texts: { ...texts, [hop]: texts[hop].slice(0, length) }, expected: [{ category: 'torn', hop }] };
  },
  'whole lines are missing at the end of a file': (texts, below) => {
    const hop = pick(files, below);
    const lines = texts[hop].split('\n').slice(0, -2 - below(5));
    return { texts: { ...texts, [hop]: `${lines.join('\n')}\n` }, expected: [{ category: 'torn', hop }] };
  },
  'a line in the middle of a file is missing': (texts, below) => {
    const hop = pick(files, below);
    const lines = texts[hop].split('\n');
    lines.splice(below(lines.length - 2), 1);
    return { texts: { ...texts, [hop]: lines.join('\n') }, expected: [{ category: 'torn', hop }] };
  },
  'a line is half written': (texts, below) => {
    const hop = pick(files, below);
    const lines = texts[hop].split('\n');
    const n = below(lines.length - 2);
    lines[n] = (lines[n] ?? '').slice(0, -5);
    return { texts: { ...texts, [hop]: lines.join('\n') }, expected: [{ category: 'torn', hop }] };
  },
};

/** A good ledger's files with one defect in them, and the findings that name it. */
export const withDefect = (
  ledger: Ledger,
  name: string,
  below: Below,
): { texts: Texts; expected: Finding[] } => {
  const inText = textDefects[name];
  if (inText !== undefined) return inText(textsOf(ledger), below);
  const { scene, torn, ...entries } = structuredClone(ledger);
  const draft = Object.fromEntries(Object.entries(entries).map(([hop, all]) => [hop, [...all]])) as Draft &
    Record<Hop, never>; // The hops alone.
  const expected = defects[name]?.(draft, below) ?? [];
  return { texts: textsOf({ ...draft, scene, torn }), expected };
};
