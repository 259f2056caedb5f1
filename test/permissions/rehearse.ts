import { setTimeout as wait } from 'node:timers/promises';
import { isAbout, type Statement } from '../../infra/twin/iam/statement.ts';
import { play, type Scene } from './scene.ts';
import type { OpenStage } from './stage.ts';
import type { Story } from './stories.ts';

/** What a story needed. */
export type Rehearsal = {
  readonly story: Story;
  readonly ms: number;
  readonly used: ReadonlyMap<Statement, Use>;
};

/** What a statement allowed in a story, how long that had gone on before the first time, and how long it went on then, ms. */
export type Use = {
  readonly actions: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly untilMs: number;
  readonly beforeEndMs: number;
};

/** How long a story may take at most that nothing keeps from ending, ms. */
const longestMs = 30_000;
/** After the first denial a story has so long to keep its promise in spite of it, and longer where it took longer, ms. */
const afterDenialMs = 300;
/** What a time may differ by that says nothing about how quick this machine is, ms. */
const noiseMs = 100;

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
    ([statement, { firstAt, ...use }]) =>
      [statement, { ...use, untilMs: firstAt - begun, beforeEndMs: ended - firstAt }] as const,
  );
  return { story, ms: ended - begun, used: new Map(uses) };
};

/** How a story went without a statement. */
type Try = {
  /** What it was denied that the statement allows. */
  readonly denial: string | undefined;
  readonly failed: boolean;
  /** Whether it was given up although, as slow as it was until the denial, it may have needed longer. */
  readonly inHaste: boolean;
};

/**
 * Plays a story without one statement. Resolves to what it was denied when it failed, undefined if it did not fail for a
 * denial. It is given up some time after the first denial, or when it has taken much longer than with everything allowed.
 * Where this machine was so much slower than then that this may have been too soon, it is played once more, with more time.
 */
export const playWithout = async (
  open: OpenStage,
  rehearsal: Rehearsal,
  statement: Statement,
): Promise<string | undefined> => {
  const first = await tryWithout(open, rehearsal, statement, 'soon');
  const { denial, failed } = first.inHaste ? await tryWithout(open, rehearsal, statement, 'late') : first;
  return failed ? denial : undefined;
};

const tryWithout = async (
  { stage, listen }: OpenStage,
  { story, ms, used }: Rehearsal,
  statement: Statement,
  giveUp: 'soon' | 'late',
): Promise<Try> => {
  const { untilMs, beforeEndMs } = used.get(statement) ?? { untilMs: 0, beforeEndMs: ms };
  const over = new AbortController();
  const ended = new AbortController();
  const begun = performance.now();
  let denial: string | undefined;
  let inHaste = false;
  const giveUpAfter = (afterMs: number): void => {
    wait(afterMs, undefined, { signal: ended.signal }).then(
      () => over.abort(),
      () => undefined,
    );
  };
  giveUpAfter(10 * ms + 10_000);
  const stop = listen(({ who, action, resource, decision }) => {
    if (decision.allowed || denial !== undefined) return;
    if (!isAbout(statement, { action, resource, context: () => undefined })) return;
    denial = `${who} may not ${action}`;
    const patienceMs = (giveUp === 'soon' ? 1 : 5) * (afterDenialMs + 2 * beforeEndMs);
    const slower = (performance.now() - begun + noiseMs) / (untilMs + noiseMs);
    inHaste = slower * beforeEndMs + noiseMs > patienceMs;
    giveUpAfter(patienceMs);
  });
  const restore = stage.local.access.suspend(statement);
  try {
    await play(stage, story.play, over.signal);
    return { denial, failed: false, inHaste: false };
  } catch {
    return { denial, failed: true, inHaste };
  } finally {
    ended.abort();
    stop();
    restore();
  }
};
