import type { Device } from '../fleet/device.ts';
import { unitOf } from '../fleet/unitOf.ts';
import { decimalsOf, emptyScale, formatNumber, formatSpan, formatValue } from '../format.ts';
import type { Session } from '../session/session.ts';

/** More would be a defect, or an attack on this page's memory. */
const mostRows = 100;

/** Every field of the newest reading. */
export const Values = ({ device, session, age }: { device: Device; session: Session; age: number }) => {
  const { data, deviceType } = device.latest;
  const units = session.config.value?.units;
  const names = Object.keys(data);
  return (
    <section class="card part" aria-labelledby="values-title">
      <h3 id="values-title">Newest values</h3>
      <p class="small quiet-text">{age < 1_000 ? 'Measured just now' : `Measured ${formatSpan(age)} ago`}</p>
      {names.length === 0 ? (
        <p>The newest reading has no fields.</p>
      ) : (
        <table class="values">
          <thead class="unseen">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value</th>
              <th scope="col">Unit</th>
            </tr>
          </thead>
          <tbody>
            {names.slice(0, mostRows).map((name) => (
              <tr key={name}>
                <th scope="row">
                  <span class="clip" title={name.slice(0, 500)}>
                    {name}
                  </span>
                </th>
                <td class={typeof data[name] === 'number' ? 'number' : ''}>
                  <span class="clip">
                    {formatValue(data[name], decimalsOf(device.fields.get(name) ?? emptyScale))}
                  </span>
                </td>
                <td class="quiet-text">
                  <span class="clip">{unitOf(units, deviceType, name) ?? ''}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {names.length > mostRows && (
        <p class="small quiet-text">
          {formatNumber(names.length - mostRows, 0)} more fields are in the reading below.
        </p>
      )}
    </section>
  );
};
