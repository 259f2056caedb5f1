import type { ClientState } from '../../../fanout/client/telemetryClient.ts';
import type { Watched } from '../session/watching.ts';

/**
 * Why there is no device on the page:
 * - `unwatched`: nothing is watched.
 * - `refused-watches`: the server took none of what is watched.
 * - `silent`: it is watched, and nothing was ever heard of it.
 */
export type EmptyState =
  | 'connecting'
  | 'offline'
  | 'refused'
  | 'unwatched'
  | 'refused-watches'
  | 'asking'
  | 'silent';

/** @param watches how many are chosen; `watched` may not know of them yet. */
export const emptyState = (
  state: ClientState,
  watches: number,
  watched: readonly Pick<Watched, 'isChosen' | 'status'>[],
): EmptyState => {
  if (state === 'connecting' || state === 'offline' || state === 'refused') return state;
  if (watches === 0) return 'unwatched';
  const chosen = watched.filter(({ isChosen }) => isChosen);
  if (chosen.length > 0 && chosen.every(({ status }) => status === 'refused')) return 'refused-watches';
  return chosen.some(({ status }) => status === 'live') ? 'silent' : 'asking';
};
