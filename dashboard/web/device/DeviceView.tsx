import { computed, useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ageOf, measuredAt } from '../fleet/device.ts';
import { healthOf } from '../fleet/health.ts';
import type { Store } from '../fleet/store.ts';
import { formatDateTime } from '../format.ts';
import { serverNow, serverSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { keyOf } from '../view/view.ts';
import { Charts } from './Charts.tsx';
import { DeviceHeader } from './DeviceHeader.tsx';
import { deviceRecord, type DeviceRecord } from './deviceRecord.ts';
import { Explain, useExplanation } from './Explain.tsx';
import { isUnknown } from './explainSentences.ts';
import { LastReading } from './LastReading.tsx';
import { Values } from './Values.tsx';
import './device.css';

/** Words and numbers are drawn anew so often at most, ms. */
const restMs = 250;

type Following = { record: DeviceRecord; changes: (changed: () => void) => () => void };

/** Follows a device from when there is a client until the page shows something else. `tick` moves when something came. */
const useRecord = (id: string, session: Session) => {
  const tick = useSignal(0);
  const following = useSignal<Following | undefined>(undefined);
  const client = session.client.value;
  useEffect(() => {
    if (client === undefined) return;
    const listeners = new Set<() => void>();
    let due: ReturnType<typeof setTimeout> | undefined;
    const own = keyOf({ to: { device: id } });
    const record = deviceRecord({
      id,
      client,
      isAsked: computed(() =>
        session.watched.value.some(({ key, status }) => key === own && status !== 'asking'),
      ),
      serverNow,
      changed: () => {
        for (const listener of listeners) listener();
        due ??= setTimeout(() => {
          due = undefined;
          tick.value += 1;
        }, restMs);
      },
    });
    following.value = {
      record,
      changes: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    return () => {
      clearTimeout(due);
      record.end();
      following.value = undefined;
    };
  }, [id, client]);
  return { tick, following };
};

const NeverHeard = ({ id }: { id: string }) => (
  <section class="card state-card" data-state-of="unknown">
    <h3 class="wrap">Nobody has heard of {id}</h3>
    <p>
      It has never sent a reading, or your token does not cover it. Check the name; this page shows it as soon
      as it sends something.
    </p>
  </section>
);

const Waiting = () => (
  <section class="card state-card" data-state-of="waiting" aria-busy="true">
    <p class="quiet-text">Asking for its readings …</p>
  </section>
);

const NoNumbers = () => (
  <section class="card state-card" data-state-of="no-numbers">
    <h3>Nothing to draw</h3>
    <p>This device has sent no numbers. What it did send is below.</p>
  </section>
);

const Away = ({ words }: { words: string }) => (
  <p class="card away" role="status">
    {words}
  </p>
);

/** Everything about one device. */
export const DeviceView = ({ id, session, store }: { id: string; session: Session; store: Store }) => {
  const { tick, following } = useRecord(id, session);
  const { asked, ask } = useExplanation(id, session);
  const isLoaded = useComputed(() => {
    const is = following.value?.record.history.value.is;
    return is === 'loaded' || is === 'failed';
  });
  const device = store.get(id);
  const record = following.value?.record;
  const { explanation } = asked.value;
  const hasNumbers = record !== undefined && record.series.fields.size > 0;
  const isKnown = device !== undefined || hasNumbers;
  const now = serverSecond.value;
  const health = device && healthOf(device, now, session.heldBackMs(device.latest.subscriptions));
  return (
    <article class="device stack" data-open={id} data-tick={tick.value}>
      <DeviceHeader id={id} device={device} record={record} session={session} />
      {device !== undefined && health === 'offline' && (
        <Away
          words={`It is offline: its connection is closed. Its newest reading is of ${formatDateTime(measuredAt(device.latest))}.`}
        />
      )}
      {!isKnown &&
        (explanation !== undefined && isUnknown(explanation) ? <NeverHeard id={id} /> : <Waiting />)}
      {isKnown && isLoaded.value && !hasNumbers && <NoNumbers />}
      {following.value !== undefined && isKnown && (hasNumbers || !isLoaded.value) && (
        <Charts
          id={id}
          device={() => store.get(id)}
          record={following.value.record}
          changes={following.value.changes}
          session={session}
        />
      )}
      <div class="parts">
        {device !== undefined && <Values device={device} session={session} age={ageOf(device, now)} />}
        {device !== undefined && (
          <LastReading update={device.latest} arrivedAt={record?.arrival(device.latest)} />
        )}
        <Explain id={id} device={device} session={session} asked={asked.value} ask={ask} />
      </div>
    </article>
  );
};
