import { Component, render } from 'preact';
import { formatValue } from '../../../../dashboard/web/format.ts';
import '../../../../dashboard/web/design/base.css';
import '../../../../dashboard/web/design/layout.css';
import '../../../../dashboard/web/design/tokens.css';
import '../../../../dashboard/web/fleet/fleet.css';
import type { Frame, SensorUpdate } from '../../../../fanout/protocol.ts';

/**
 * What one writes in an afternoon: a message comes, and its devices' components get a new state. The cells are those of
 * our page, to the letter; there is no scheduling, no budget and no order.
 */
type Reading = Pick<SensorUpdate, 'deviceId' | 'region' | 'deviceType' | 'ts' | 'data'>;

class Cell extends Component<{ first: Reading }, { reading: Reading }> {
  override state = { reading: this.props.first };

  override componentDidMount(): void {
    cells.set(this.props.first.deviceId, this);
  }

  override render() {
    const { deviceId, data } = this.state.reading;
    return (
      <li class="cell card" data-device={deviceId} data-health="fresh">
        <h3>
          <button type="button" class="clip" title={deviceId}>
            {deviceId}
          </button>
        </h3>
        <p class="cell-value clip" title="count">
          <span class="shape" role="img" aria-label="online">
            ●
          </span>
          <span class="value">{formatValue(data['count'], 0)}</span>
          <span class="unit" />
        </p>
      </li>
    );
  }
}

const cells = new Map<string, Cell>();

class Page extends Component<object, { devices: Reading[] }> {
  override state = { devices: [] as Reading[] };

  override componentDidMount(): void {
    void connect((frame) => {
      if (frame.type === 'snapshot') {
        const found = frame.devices.map(({ latest, ...device }) => ({ ...device, ...latest }));
        this.setState(({ devices }) => ({ devices: [...devices, ...found] }));
      }
      if (frame.type === 'sensor_batch')
        for (const update of frame.updates) cells.get(update.deviceId)?.setState({ reading: update });
    });
  }

  override componentDidUpdate(): void {
    const columns = Math.floor((innerWidth - 32 + 12) / 128);
    const style = document.querySelector<HTMLElement>('.grid')?.style;
    style?.setProperty('--columns', String(columns));
    style?.setProperty('--rows', String(Math.ceil(this.state.devices.length / columns)));
  }

  override render() {
    return (
      <main>
        <ul class="grid cells">
          {this.state.devices.map((first) => (
            <Cell key={first.deviceId} first={first} />
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
