import { setTimeout as wait } from 'node:timers/promises';
import type { Statement } from '../../infra/twin/iam/statement.ts';
import { play, type Scene } from './scene.ts';
import type { OpenStage } from './stage.ts';
import type { Story } from './stories.ts';

/** What a story needed. */
export type Rehearsal = {
  readonly story: Story;
  readonly ms: number;
  readonly used: ReadonlyMap<Statement, Use>;
};

/** What a statement allowed in a story, and how long the story went on after the first time, ms. */
export type Use = {
  readonly actions: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly beforeEndMs: number;
};

/** How long a story may take at most that nothing keeps from ending, ms. */
const longestMs = 30_000;
/** After the first denial a story has so long to keep its promise in spite of it, and longer where it took longer, ms. */
const afterDenialMs = 300;

/** Plays a story with everything allowed, and notes what it needed. Rejects where it does not end. */
export const rehearse = async ({ stage, listen }: OpenStage, story: Story): Promise<Rehearsal> => {
  const used = new Map<Statement, { actions: Set<string>; resources: Set<string>; firstAt: number }>();
  const stop = listen(({ action, resource, decision }) => {
    for (const statement of decision.allowed ? decision.by : []) {
      const use = used.get(statement) ?? {
        actions: new Set(),
        resources: new Set(),
        firstAt: performance.now(),
      };
      use.actions.add(action);
      use.resources.add(resource);
      used.set(statement, use);
    }
  });
  const begun = performance.now();
  let ended = begun;
  try {
    const timed = (scene: Scene) => story.play(scene).finally(() => (ended = performance.now()));
    await play(stage, timed, AbortSignal.timeout(longestMs));
  } catch (error) {
    throw new Error(`"${story.name}" does not end: ${String(error)}`, { cause: error });
  } finally {
    stop();
  }
  const uses = [...used].map(
    ([statement, { firstAt, ...use }]) => [statement, { ...use, beforeEndMs: ended - firstAt }] as const,
  );
  return { story, ms: ended - begun, used: new Map(uses) };
};

/**
 * Plays a story without one statement. Resolves to what it was denied when it failed, undefined if it did not fail for a
 * denial. It is given up some time after the first denial, or when it has taken much longer than with everything allowed.
 */
export const playWithout = async (
  { stage, listen }: OpenStage,
  { story, ms, used }: Rehearsal,
  statement: Statement,
): Promise<string | undefined> => {
  const over = new AbortController();
  const ended = new AbortController();
  let denial: string | undefined;
  const giveUpAfter = (afterMs: number): void => {
    wait(afterMs, undefined, { signal: ended.signal }).then(
      () => over.abort(),
      () => undefined,
    );
  };
  giveUpAfter(10 * ms + 10_000);
  const stop = listen(({ who, action, decision }) => {
    if (decision.allowed || denial !== undefined) return;
    denial = `${who} may not ${action}`;
    giveUpAfter(afterDenialMs + 2 * (used.get(statement)?.beforeEndMs ?? ms));
  });
  const restore = stage.local.access.suspend(statement);
  try {
    await play(stage, story.play, over.signal);
    return undefined;
  } catch {
    return denial;
  } finally {
    ended.abort();
    stop();
    restore();
  }
};
