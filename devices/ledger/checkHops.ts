import { deviceOf, isUnseen, type Index } from './checkIndex.ts';
import { isTargetOf, mayHave, wants } from './entitled.ts';
import { keyOf, type Hop, type Name, type Seen } from './entries.ts';
import type { Category, Finding } from './verdict.ts';

/** `frame` is known of what was received. */
type Past = { hop: Hop; viewer?: string; entries: readonly (Seen & { readonly frame?: string })[] };

/** What came past each hop that carries bytes; of posts, those that were done. */
const pasts = (index: Index): Past[] => {
  const { published, posted } = index.ledger;
  const byViewer = new Map<string, Seen[]>();
  for (const post of posted) {
    const viewer = index.viewerOf.get(post.connectionId) ?? '';
    const posts = byViewer.get(viewer) ?? [];
    if (post.status === 200) byViewer.set(viewer, posts);
    if (post.status === 200) posts.push(post);
  }
  const ofViewers = (hop: 'received' | 'applied'): Past[] =>
    index.viewers.map(({ viewer: { viewer } }) => ({
      hop,
      viewer,
      entries: index.ledger[hop].filter((one) => one.viewer === viewer),
    }));
  return [
    { hop: 'published', entries: published },
    ...[...byViewer].map(([viewer, entries]): Past => ({ hop: 'posted', viewer, entries })),
    ...ofViewers('received'),
    ...ofViewers('applied'),
  ];
};

/** The first entry of each reading of which `isWrong` holds. */
const firstWrong = (
  category: Category,
  { hop, viewer, entries }: Past,
  isWrong: (one: Past['entries'][number]) => boolean,
): Finding[] => {
  const wrong = new Map<string, Name>();
  for (const one of entries) if (!wrong.has(keyOf(one)) && isWrong(one)) wrong.set(keyOf(one), one);
  return [...wrong.values()].map(({ deviceId, boot, seq }) => ({
    category,
    hop,
    ...(viewer === undefined || viewer === '' ? {} : { viewer }),
    name: { deviceId, boot, seq },
  }));
};

/** I5: what came to somebody who may not have it. */
const isLeak = (index: Index, { viewer }: Past, { deviceId }: Seen): boolean => {
  const who = index.ledger.scene.viewers.find((one) => one.viewer === viewer);
  const device = deviceOf(index, deviceId);
  return who !== undefined && device !== undefined && !mayHave(who, device);
};

/**
 * I4: what came to somebody who may have it and did not ask for it: no subscription is for that device, or for such a value.
 * Any one subscription will do, and a snapshot and a replay obey the same conditions. A page of the history is asked for
 * and holds whatever the device said.
 */
const isUnwanted = (
  { ledger, attempted }: Index,
  { viewer }: Past,
  one: Past['entries'][number],
): boolean => {
  const who = ledger.scene.viewers.find((each) => each.viewer === viewer);
  const reading = attempted.get(keyOf(one));
  if (who === undefined || reading === undefined || one.frame === 'history') return false;
  if (!mayHave(who, reading)) return false;
  return !who.subscriptions.some((wish) => isTargetOf(wish.to, reading) && wants(wish, reading.data));
};

const namedIn = ({ ledger }: Index): Finding[] =>
  ledger.told.flatMap((one) =>
    one.what === 'named'
      ? [
          {
            category: 'leak',
            hop: 'told',
            viewer: one.viewer,
            name: { deviceId: one.deviceId, boot: -1, seq: -1 },
          },
        ]
      : [],
  );

/** Whether the hop before should have written it down, and has not. */
const isUnrecordedAt = (index: Index, { hop, viewer }: Past): [Hop, (one: Seen) => boolean] | undefined => {
  const who = index.viewers.find((one) => one.viewer.viewer === viewer);
  if (hop === 'posted') return ['published', (one) => !index.published.has(keyOf(one))];
  if (hop === 'received' && !isUnseen(index.ledger, 'posted'))
    return ['posted', (one) => who?.posted.has(keyOf(one)) !== true];
  return hop === 'applied' ? ['received', (one) => who?.received.has(keyOf(one)) !== true] : undefined;
};

const unrecordedIn = (index: Index, past: Past): Finding[] => {
  const [hop, isUnrecorded] = isUnrecordedAt(index, past) ?? [];
  if (hop === undefined || isUnrecorded === undefined) return [];
  const found = firstWrong('unrecorded', past, (one) => index.attempted.has(keyOf(one)) && isUnrecorded(one));
  return found.map(({ viewer, ...finding }) =>
    hop === 'published' || viewer === undefined ? { ...finding, hop } : { ...finding, hop, viewer },
  );
};

/** Acknowledgements of what nobody had. */
const forgedIn = ({ ledger, published }: Index): Finding[] =>
  ledger.acknowledged
    .filter((one) => !published.has(keyOf(one)))
    .map(({ deviceId, boot, seq }) => ({
      category: 'forged',
      hop: 'acknowledged',
      name: { deviceId, boot, seq },
    }));

/** A device sends again until it is acknowledged, or says that it gives up. */
const unacknowledgedIn = ({ attempted, acknowledged, discarded }: Index): Finding[] =>
  [...attempted]
    .filter(([key]) => !acknowledged.has(key) && !discarded.has(key))
    .map(([, { deviceId, boot, seq }]) => ({
      category: 'unacknowledged',
      hop: 'acknowledged',
      name: { deviceId, boot, seq },
    }));

/** What is wrong with what came past each hop. */
export const checkHops = (index: Index): Finding[] => [
  ...index.ledger.torn.map((hop): Finding => ({ category: 'torn', hop })),
  ...forgedIn(index),
  ...unacknowledgedIn(index),
  ...namedIn(index),
  ...pasts(index).flatMap((past) => [
    ...firstWrong(
      'unexpected',
      past,
      (one) => !index.attempted.has(keyOf(one)) || (past.hop !== 'posted' && isUnwanted(index, past, one)),
    ),
    ...firstWrong('corrupt', past, (one) => {
      const attempted = index.attempted.get(keyOf(one));
      return attempted !== undefined && attempted.sha !== one.sha;
    }),
    ...firstWrong('leak', past, (one) => isLeak(index, past, one)),
    ...unrecordedIn(index, past),
  ]),
];
