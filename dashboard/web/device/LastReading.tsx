import type { Update } from '../../../fanout/client/telemetryClient.ts';
import { formatDateTime, formatNumber, formatSpan } from '../format.ts';
import { hopWords } from '../session/latency.ts';
import { latencyOf } from './latencyOf.ts';
import { rawText } from './rawText.ts';

/** Clocks differ a little: what is a little before its cause came at once. */
const spanText = (ms: number | undefined): string => (ms === undefined ? '–' : formatSpan(Math.max(0, ms)));

const Row = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const sources = {
  live: 'as it was sent',
  replay: 'from the history, afterwards',
  snapshot: 'as the newest that was known',
} as const;

/** The newest reading as it came, and how long its way took. */
export const LastReading = ({ update, arrivedAt }: { update: Update; arrivedAt: number | undefined }) => {
  const { ts, receivedAt, sentAt, boot, seq, source, folded } = update;
  const hops = latencyOf(update, arrivedAt);
  const number = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value, 0));
  return (
    <section class="card part" aria-labelledby="raw-title">
      <h3 id="raw-title">Last reading</h3>
      <p class="small quiet-text">
        It came {sources[source]}
        {folded === undefined ? '' : `, for ${formatNumber(folded.count, 0)} readings`}.
      </p>
      <dl class="pairs">
        <Row name="Measured" value={formatDateTime(ts)} />
        <Row name="Received" value={formatDateTime(receivedAt)} />
        <Row name="Sent on" value={formatDateTime(sentAt)} />
        <Row name="Boot" value={boot === undefined ? '–' : String(boot)} />
        <Row name="Seq" value={number(seq)} />
        {(['device', 'filter', 'browser'] as const).map((hop) => (
          <Row key={hop} name={hopWords[hop]} value={spanText(hops[hop])} />
        ))}
      </dl>
      <pre class="raw" tabIndex={0} aria-label="The reading as JSON">
        {rawText(update)}
      </pre>
    </section>
  );
};
