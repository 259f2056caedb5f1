import { useEffect, useRef } from 'preact/hooks';
import { ageOf, type Device } from '../fleet/device.ts';
import { healthOf } from '../fleet/health.ts';
import { healthWords } from '../fleet/healthWords.ts';
import { usualGap } from '../fleet/rhythm.ts';
import { formatAge, formatNumber, formatSpan } from '../format.ts';
import { serverNow } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { changeView } from '../view/viewSignal.ts';
import type { DeviceRecord } from './deviceRecord.ts';

const Count = ({ name, value, detail }: { name: string; value: number; detail?: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {formatNumber(value, 0)}
      {detail !== undefined && <span class="small quiet-text"> {detail}</span>}
    </dd>
  </div>
);

const Counts = ({ device, record }: { device: Device; record: DeviceRecord }) => {
  const { missing, filled } = record.gaps();
  return (
    <dl class="counts">
      <Count name="Readings" value={device.readings} />
      <Count name="Folded" value={device.folded} />
      <Count name="Late" value={device.late} />
      <Count name="Missing" value={missing} detail={`${formatNumber(filled, 0)} filled`} />
    </dl>
  );
};

const Health = ({ device, session }: { device: Device; session: Session }) => {
  const now = serverNow();
  const health = healthOf(device, now, session.heldBackMs(device.latest.subscriptions));
  const usual = usualGap(device.rhythm);
  return (
    <p class="device-state row">
      <span class="health dot" data-health={health}>
        {healthWords[health]}
      </span>
      <span class="age">{formatAge(ageOf(device, now))}</span>
      <span class="quiet-text">
        {usual === undefined ? 'spoke once' : `speaks every ${formatSpan(usual)}`}
      </span>
    </p>
  );
};

const toFleet = (): void => changeView({ open: undefined });

/** Escape closes what is on top first. */
const isElsewhere = ({ target, defaultPrevented }: KeyboardEvent): boolean =>
  defaultPrevented ||
  (target instanceof Element && target.closest('.panel, input, textarea, select') !== null);

export const DeviceHeader = ({
  id,
  device,
  record,
  session,
}: {
  id: string;
  device: Device | undefined;
  record: DeviceRecord | undefined;
  session: Session;
}) => {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The tile that had the focus is gone.
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !isElsewhere(event)) toFleet();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  const latest = device?.latest;
  return (
    <header class="device-header">
      <button type="button" class="quiet back" onClick={toFleet}>
        <span aria-hidden="true">←</span> Back to the fleet
      </button>
      <div class="device-name">
        <h2 ref={title} tabIndex={-1} class="clip" title={id}>
          {id}
        </h2>
        <p class="quiet-text clip">
          {latest === undefined
            ? '–'
            : [latest.deviceType, latest.region].filter((one) => one !== undefined).join(' · ')}
        </p>
      </div>
      {device !== undefined && <Health device={device} session={session} />}
      {device !== undefined && record !== undefined && <Counts device={device} record={record} />}
    </header>
  );
};
