import { telemetryTopic } from '../../ingest/topic.ts';
import type { Schedule } from './pace.ts';
import { type Stamp, payloadOf } from './payload.ts';
import type { Recording } from './recording.ts';

/** A reading as it would be published. */
export type Rehearsed = {
  /** Of the row in the file, from 1. */
  readonly line: number;
  /** After so many seconds. */
  readonly seconds: number;
  readonly topic: string;
  readonly payload: unknown;
};

/** The first `count` readings of a recording, published to nobody and without waiting. `epoch`: now, epoch ms. */
export async function* rehearsal(
  recording: Recording,
  schedule: Schedule,
  { epoch, ...stamp }: Omit<Stamp, 'dueAt' | 'seq'> & { readonly epoch: number },
  count: number,
): AsyncGenerator<Rehearsed> {
  const seqs = new Map<string, number>();
  let told = 0;
  for await (const reading of recording.readings()) {
    const due = schedule.next(reading.at);
    const seq = seqs.get(reading.device) ?? 0;
    seqs.set(reading.device, seq + 1);
    const payload: unknown = JSON.parse(payloadOf(reading, { ...stamp, seq, dueAt: epoch + due }));
    const topic = telemetryTopic(reading.region, reading.device);
    yield { line: reading.line, seconds: Math.round(due) / 1_000, topic, payload };
    if ((told += 1) >= count) return;
  }
}
