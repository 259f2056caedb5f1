import type { ComponentChildren } from 'preact';
import { formatBytes, formatNumber, formatSpan } from '../format.ts';
import { clockAheadMs, clockErrorMs } from '../session/clock.ts';
import { hops, hopWords, type Hop, type Quantiles } from '../session/latency.ts';
import type { Session } from '../session/session.ts';
import { view } from '../view/viewSignal.ts';
import { meaning } from './words.ts';
import './connection.css';

const ms = (value: number): string => (value < 1 ? '< 1 ms' : formatSpan(value));

const HopRow = ({ hop, quantiles }: { hop: Hop; quantiles: Quantiles | undefined }) => (
  <tr>
    <th scope="row">{hopWords[hop]}</th>
    <td>{quantiles === undefined ? '–' : ms(quantiles.p50)}</td>
    <td>{quantiles === undefined ? '–' : ms(quantiles.p99)}</td>
  </tr>
);

const clockText = (): string => {
  const [ahead, error] = [clockAheadMs.value, clockErrorMs.value];
  if (!Number.isFinite(error)) return 'How far the clocks are apart is not known yet.';
  const way = ahead < 0 ? 'ahead of' : 'behind';
  return `This browser’s clock is ${ms(Math.abs(ahead))} ${way} the server’s, give or take ${ms(error)}; the last row is reckoned with that. The first goes by the devices’ own clocks.`;
};

const LatencyTable = ({ session }: { session: Session }) => (
  <section class="stack" aria-labelledby="latency-title">
    <h3 id="latency-title">Where the time goes</h3>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">last minute</th>
          <th scope="col">p50</th>
          <th scope="col">p99</th>
        </tr>
      </thead>
      <tbody>
        {hops.map((hop) => (
          <HopRow key={hop} hop={hop} quantiles={session.latency.value[hop]} />
        ))}
      </tbody>
    </table>
    <p class="small quiet-text">{clockText()}</p>
  </section>
);

const Figure = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Flow = ({ session }: { session: Session }) => {
  const { frames, updates, folded, bytes } = session.flow.value;
  return (
    <section class="stack" aria-labelledby="flow-title">
      <h3 id="flow-title">What comes, a second</h3>
      <dl class="figures">
        <Figure name="frames">{formatNumber(frames, 1)}</Figure>
        <Figure name="updates">{formatNumber(updates, 1)}</Figure>
        <Figure name="folded into them">{formatNumber(folded, 1)}</Figure>
        <Figure name="bytes">{formatBytes(bytes)}</Figure>
      </dl>
      {!view.value.attentive && <p class="small quiet-text">Rates do not follow what you look at.</p>}
    </section>
  );
};

const Counted = ({ session }: { session: Session }) => {
  const { readings, late, missing, filled, unrecovered } = session.counts.value;
  return (
    <section class="stack" aria-labelledby="counts-title">
      <h3 id="counts-title">Since this page was opened</h3>
      <dl class="figures">
        <Figure name="readings">{formatNumber(readings, 0)}</Figure>
        <Figure name="late">{formatNumber(late, 0)}</Figure>
        <Figure name="missing at first">{formatNumber(missing, 0)}</Figure>
        <Figure name="… of these filled in">{formatNumber(filled, 0)}</Figure>
        <Figure name="losses not recovered">{formatNumber(unrecovered, 0)}</Figure>
      </dl>
      {unrecovered > 0 && (
        <p class="small">
          What was missed was too long ago or too much to be replayed: charts have a gap there.
        </p>
      )}
    </section>
  );
};

const SignedIn = ({ session }: { session: Session }) => {
  const signIn = session.signIn.value;
  if (signIn === undefined) return null;
  return (
    <div class="row signed-in">
      <p class="wrap">
        Signed in as <strong>{signIn.name.value}</strong>
      </p>
      <button type="button" onClick={signIn.end}>
        Sign out
      </button>
    </div>
  );
};

export const ConnectionPanel = ({ session }: { session: Session }) => {
  const { title, text } = meaning(session);
  return (
    <div class="stack connection-panel">
      <p>
        <strong>{title}.</strong> {text}
      </p>
      <SignedIn session={session} />
      <LatencyTable session={session} />
      <Flow session={session} />
      <Counted session={session} />
    </div>
  );
};
