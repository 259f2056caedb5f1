import { ageOf } from '../fleet/device.ts';
import { unitOf } from '../fleet/unitOf.ts';
import { decimalsOf, emptyScale, formatAge, formatValue } from '../format.ts';
import type { Session } from '../session/session.ts';
import type { Size } from './camera.ts';
import type { Cluster } from './clusters.ts';
import { isPlaceField } from './placeFields.ts';
import type { Place } from './places.ts';
import { countsText, healthWords } from '../fleet/healthWords.ts';
import { devicesText } from './words.ts';

const shownFields = 4;
const shownNames = 5;
/** What is told otherwise. */
const One = ({
  place: { device, health },
  session,
  now,
}: {
  place: Place;
  session: Session;
  now: number;
}) => {
  const { region, deviceType, data } = device.latest;
  const fields = [...device.fields].filter(([field]) => !isPlaceField(field)).slice(0, shownFields);
  return (
    <>
      <strong class="clip">{device.id}</strong>
      <span class="clip small quiet-text">
        {deviceType === undefined ? region : `${deviceType} · ${region}`}
      </span>
      <dl class="small">
        {fields.map(([field, scale]) => (
          <div key={field}>
            <dt class="clip">{field}</dt>
            <dd class="clip">
              {formatValue(data[field], decimalsOf(scale ?? emptyScale))}{' '}
              {unitOf(session.config.value?.units, deviceType, field)}
            </dd>
          </div>
        ))}
      </dl>
      <span class="small">
        <span class="dot" data-health={health}>
          {healthWords[health]}
        </span>{' '}
        · {formatAge(ageOf(device, now))}
      </span>
    </>
  );
};

const Many = ({ cluster: { members, counts } }: { cluster: Cluster<Place> }) => (
  <>
    <strong>{devicesText(members.length)}</strong>
    <span class="small">{countsText(counts)}</span>
    {members.slice(0, shownNames).map(({ device }) => (
      <span key={device.id} class="clip small quiet-text">
        {device.id}
      </span>
    ))}
    {members.length > shownNames && <span class="small quiet-text">and more; click to come closer</span>}
  </>
);

/** What is pointed at, beside it. The list says the same to whoever does not see it. */
export const HoverCard = ({
  cluster,
  size,
  session,
  now,
}: {
  cluster: Cluster<Place>;
  size: Size;
  session: Session;
  /** Epoch ms by the server's clock. */
  now: number;
}) => {
  const { screen, members } = cluster;
  const [place] = members;
  const isRight = screen.x > size.width / 2;
  const isLow = screen.y > size.height / 2;
  const style = {
    left: isRight ? 'auto' : `${screen.x + 18}px`,
    right: isRight ? `${size.width - screen.x + 18}px` : 'auto',
    top: isLow ? 'auto' : `${Math.max(8, screen.y - 12)}px`,
    bottom: isLow ? `${Math.max(8, size.height - screen.y - 12)}px` : 'auto',
  };
  return (
    <div class="hover-card card" style={style} aria-hidden="true">
      {members.length === 1 && place !== undefined ? (
        <One place={place} session={session} now={now} />
      ) : (
        <Many cluster={cluster} />
      )}
    </div>
  );
};
