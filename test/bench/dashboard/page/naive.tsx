import { Component, render } from 'preact';
import { formatAge, formatValue } from '../../../../dashboard/web/format.ts';
import '../../../../dashboard/web/design/base.css';
import '../../../../dashboard/web/design/layout.css';
import '../../../../dashboard/web/design/tokens.css';
import '../../../../dashboard/web/fleet/fleet.css';
import { addToRing, newRing } from '../../../../dashboard/web/fleet/ring.ts';
import { sparklinePath } from '../../../../dashboard/web/fleet/sparklinePath.ts';
import type { Frame, SensorUpdate } from '../../../../fanout/protocol.ts';

/**
 * What one writes in an afternoon: a message comes, and its devices' components get a new state. The tiles are those of
 * our page, to the letter; there is no scheduling, no budget and no order.
 */
type Reading = Pick<SensorUpdate, 'deviceId' | 'region' | 'deviceType' | 'ts' | 'data'>;

class Tile extends Component<{ first: Reading }, { reading: Reading }> {
  override state = { reading: this.props.first };
  readonly #ring = newRing();

  override componentDidMount(): void {
    tiles.set(this.props.first.deviceId, this);
  }

  take(reading: Reading): void {
    const value = reading.data['temperature'];
    if (typeof value === 'number') addToRing(this.#ring, reading.ts, value);
    this.setState({ reading });
  }

  override render() {
    const { deviceId, deviceType, region, data, ts } = this.state.reading;
    return (
      <li class="tile card" data-device={deviceId} data-health="fresh">
        <h3>
          <button type="button" class="clip" title={deviceId}>
            {deviceId}
          </button>
        </h3>
        <p class="where">
          <span class="clip">{`${deviceType ?? ''} · ${region}`}</span>
          <span class="health dot">{formatAge(Date.now() - ts)}</span>
        </p>
        <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
          <path d={sparklinePath(this.#ring)} />
        </svg>
        <dl>
          {Object.keys(data)
            .slice(0, 3)
            .map((field) => (
              <div class="reading" key={field}>
                <dt class="clip" title={field}>
                  {field}
                </dt>
                <dd class="clip">{formatValue(data[field], field === 'count' ? 0 : 2)}</dd>
              </div>
            ))}
        </dl>
      </li>
    );
  }
}

const tiles = new Map<string, Tile>();

class Page extends Component<object, { devices: Reading[] }> {
  override state = { devices: [] as Reading[] };

  override componentDidMount(): void {
    void connect((frame) => {
      if (frame.type === 'snapshot') {
        const found = frame.devices.map(({ latest, ...device }) => ({ ...device, ...latest }));
        this.setState(({ devices }) => ({ devices: [...devices, ...found] }));
      }
      if (frame.type === 'sensor_batch')
        for (const update of frame.updates) tiles.get(update.deviceId)?.take(update);
    });
  }

  override componentDidUpdate(): void {
    const columns = Math.floor((innerWidth - 32 + 12) / 244);
    const style = document.querySelector<HTMLElement>('.grid')?.style;
    style?.setProperty('--columns', String(columns));
    style?.setProperty('--rows', String(Math.ceil(this.state.devices.length / columns)));
  }

  override render() {
    return (
      <main>
        <ul class="grid">
          {this.state.devices.map((first) => (
            <Tile key={first.deviceId} first={first} />
          ))}
        </ul>
      </main>
    );
  }
}

const connect = async (take: (frame: Frame) => void): Promise<void> => {
  const config = (await (await fetch('/config.json')).json()) as { webSocketUrl: string }; // our own server's word
  const socket = new WebSocket(config.webSocketUrl, ['fieldcast.v1', 'bearer.bench']);
  socket.onmessage = ({ data }: MessageEvent<string>) => take(JSON.parse(data) as Frame);
  socket.onopen = () => {
    socket.send('{"action":"hello","id":"c1"}');
    socket.send('{"action":"subscribe","id":"s1","to":{"region":"bench"}}');
  };
};

const root = document.getElementById('app');
if (root !== null) render(<Page />, root);
