import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Explanation } from '../../../fanout/client/telemetryClient.ts';
import type { Device } from '../fleet/device.ts';
import { usualGap } from '../fleet/rhythm.ts';
import type { Session } from '../session/session.ts';
import { withWatch } from '../view/view.ts';
import { changeView, setView, view } from '../view/viewSignal.ts';
import { explainSentences, stageNames } from './explainSentences.ts';

export type Asked = { explanation?: Explanation; problem?: string; isAsking: boolean };

/** Asks why the readings of a device come, or do not: now, and whenever something about the watches changes. */
export const useExplanation = (id: string, session: Session) => {
  const asked = useSignal<Asked>({ isAsking: false });
  const turn = useRef(0);
  const ask = async (): Promise<void> => {
    const client = session.client.peek();
    if (client === undefined) return;
    turn.current += 1;
    const own = turn.current;
    asked.value = { ...asked.peek(), isAsking: true };
    const answer = await client.explain(id);
    if (own !== turn.current) return;
    const before = asked.peek().explanation;
    asked.value = answer.ok
      ? { explanation: answer, isAsking: false }
      : {
          ...(before === undefined ? {} : { explanation: before }),
          problem: answer.error.message,
          isAsking: false,
        };
  };
  const reason = useComputed(() =>
    session.client.value === undefined
      ? ''
      : session.watched.value.map(({ key, status, rate }) => `${key} ${status} ${rate ?? ''}`).join('\n'),
  );
  useSignalEffect(() => {
    if (reason.value !== '') void ask();
  });
  return { asked, ask };
};

const Todo = ({ explanation, id }: { explanation: Explanation; id: string }) => {
  const no = explanation.stages.find(({ ok }) => !ok)?.stage;
  if (no === 'subscriptions')
    return (
      <button
        type="button"
        class="primary"
        onClick={() => setView(withWatch(view.value, { to: { device: id } }))}
      >
        Watch this device
      </button>
    );
  if (no === 'where' || no === 'rate')
    return (
      <button type="button" onClick={() => changeView({ panel: 'watching' })}>
        Open Watching
      </button>
    );
  return null;
};

const Stages = ({ stages }: Pick<Explanation, 'stages'>) => (
  <ol class="stages">
    {stages.map(({ stage, ok, detail }) => (
      <li key={stage}>
        <span class="stage-name">
          {stageNames[stage]}
          <span class={ok ? 'stage-ok' : 'stage-no'}>{ok ? '✓ ok' : '✕ not ok'}</span>
        </span>
        <span class="wrap small quiet-text">{detail}</span>
      </li>
    ))}
  </ol>
);

/** Why this page gets the device, or why not, in plain words. */
export const Explain = ({
  id,
  device,
  session,
  asked,
  ask,
}: {
  id: string;
  device: Device | undefined;
  session: Session;
  asked: Asked;
  ask: () => Promise<void>;
}) => {
  const { explanation, problem, isAsking } = asked;
  const usual = device === undefined ? undefined : usualGap(device.rhythm);
  const sentences =
    explanation === undefined
      ? []
      : explainSentences({
          explanation,
          watched: session.watched.value,
          who: device === undefined ? { deviceId: id } : device.latest,
          perSecond: usual === undefined ? undefined : 1_000 / usual,
          readings: device?.readings ?? 0,
          folded: device?.folded ?? 0,
        });
  return (
    <section class="card part explain" aria-labelledby="explain-title">
      <header class="row">
        <h3 id="explain-title">Why you see it</h3>
        <button type="button" class="quiet" disabled={isAsking} onClick={() => void ask()}>
          Ask again
        </button>
      </header>
      <div aria-live="polite">
        {sentences.length > 0 && <p class="wrap">{sentences.join(' ')}</p>}
        {sentences.length === 0 && problem === undefined && <p class="quiet-text">Asking the server …</p>}
        {problem !== undefined && <p class="wrong wrap">{problem}</p>}
      </div>
      {explanation !== undefined && <Todo explanation={explanation} id={id} />}
      {explanation !== undefined && <Stages stages={explanation.stages} />}
    </section>
  );
};
