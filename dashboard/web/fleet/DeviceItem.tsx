import type { ComponentChildren } from 'preact';
import type { Health } from '../view/view.ts';
import { changeView } from '../view/viewSignal.ts';
import type { Device } from './device.ts';

/** Where a device stands in the list. */
export type Standing = {
  place: number;
  of: number;
  /** Whether Tab gets here; the arrow keys get to the others. */
  isReached: boolean;
};

/** One of the list of devices: its name, which opens it, and what its size has room for. */
export const DeviceItem = ({
  shape,
  device,
  drawn,
  health,
  place,
  of,
  isReached,
  children,
}: Standing & {
  shape: 'tile' | 'cell';
  device: Device;
  /** Of the device, as whoever has the children read it: it is what draws those anew, so it is not read here. */
  drawn: number;
  health: Health;
  children: ComponentChildren;
}) => (
  <li
    class={`${shape} card`}
    data-device={device.id}
    data-drawn={drawn}
    data-health={health}
    aria-posinset={place + 1}
    aria-setsize={of}
  >
    <h3>
      <button
        type="button"
        class="clip"
        title={device.id}
        tabIndex={isReached ? 0 : -1}
        data-place={place}
        onClick={() => changeView({ open: device.id })}
      >
        {device.id}
      </button>
    </h3>
    {children}
  </li>
);
