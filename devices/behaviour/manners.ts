import type { Clock } from '../clock.ts';
import { unitAt } from '../models/noise.ts';
import type { Tally } from '../tally.ts';
import { type Behaviour, type BehaviourKind, type Malformation, malformations } from './behaviour.ts';
import { malform } from './malform.ts';
import { type Reorder, reorder } from './reorder.ts';

/** The behaviours that change what a device says, and not whether it can. */
type MannerKind = Extract<
  BehaviourKind,
  'duplicates' | 'reordering' | 'clock-skew' | 'clock-drift' | 'slow' | 'malformed'
>;

/** One message of a device on its way out. */
export type Utterance = {
  readonly payload: string;
  readonly boot: number;
  readonly seq: number;
  readonly ts: number;
  /** It is no reading. */
  readonly malformed?: Malformation;
  /** It was said before, in the same words. */
  readonly copy?: true;
};

export type Manners = {
  /** Takes a behaviour on; what is returned takes it off and tells what it kept back. `seed` settles the device's part in it. */
  adopt: (behaviour: Behaviour<MannerKind>, seed: number) => () => readonly Utterance[];
  /** When the device measures, and what its clock says it is then. Epoch ms. */
  moment: () => { readonly measuredAt: number; readonly ts: number };
  /** What goes out now for one more reading, in this order. */
  utter: (reading: Utterance) => readonly Utterance[];
  /** All that is kept back, which is so no more. */
  flush: () => readonly Utterance[];
};

type Adopted = {
  readonly behaviour: Behaviour<MannerKind>;
  readonly seed: number;
  readonly since: number;
  readonly order: Reorder<Utterance> | undefined;
};

/** Milliseconds by which a measurement is old when it is published, and by which the device's clock is wrong. */
const shiftsOf = ({ behaviour, seed, since }: Adopted, elapsed: number): { late: number; wrong: number } => {
  if (behaviour.kind === 'slow') return { late: behaviour.ms * (0.5 + unitAt(seed, 0)), wrong: 0 };
  if (behaviour.kind === 'clock-skew') return { late: 0, wrong: behaviour.ms };
  if (behaviour.kind !== 'clock-drift') return { late: 0, wrong: 0 };
  return { late: 0, wrong: ((elapsed - since) * behaviour.ppm) / 1e6 };
};

const formAt = (forms: readonly Malformation[], unit: number): Malformation =>
  forms[Math.floor(unit * forms.length)] ?? 'truncated';

/** How one device says things, by the behaviours that it has at the moment. */
export const createManners = (clock: Clock, tally: Pick<Tally, 'behaved'>): Manners => {
  const all = new Set<Adopted>();
  let readings = 0;

  const moment: Manners['moment'] = () => {
    let [late, wrong] = [0, 0];
    for (const adopted of all) {
      const shifts = shiftsOf(adopted, clock.elapsed());
      if (shifts.late !== 0 || shifts.wrong !== 0) tally.behaved(adopted.behaviour.kind);
      late += shifts.late;
      wrong += shifts.wrong;
    }
    const measuredAt = Math.round(clock.now() - late);
    return { measuredAt, ts: Math.max(0, Math.round(measuredAt + wrong)) };
  };
  /** What one behaviour makes of the messages that would go out. */
  const altered = (
    messages: readonly Utterance[],
    { behaviour, seed, order }: Adopted,
  ): readonly Utterance[] => {
    if (order !== undefined) return messages.flatMap(order.take);
    if (behaviour.kind !== 'malformed' && behaviour.kind !== 'duplicates') return messages;
    if (unitAt(seed, readings) >= behaviour.chance) return messages;
    tally.behaved(behaviour.kind);
    if (behaviour.kind === 'duplicates')
      return messages.flatMap((message) => [message, { ...message, copy: true }]);
    const malformed = formAt(behaviour.forms ?? malformations, unitAt(seed + 1, readings));
    return messages.map((message) => ({
      ...message,
      payload: malform(message.payload, malformed),
      malformed,
    }));
  };
  return {
    moment,
    adopt: (behaviour, seed) => {
      const order = behaviour.kind === 'reordering' ? reorder<Utterance>(behaviour.window, seed) : undefined;
      const adopted = { behaviour, seed, since: clock.elapsed(), order };
      all.add(adopted);
      return () => {
        all.delete(adopted);
        return order?.flush() ?? [];
      };
    },
    utter: (reading) => {
      readings += 1;
      let messages: readonly Utterance[] = [reading];
      for (const adopted of all) messages = altered(messages, adopted);
      return messages;
    },
    flush: () => [...all].flatMap(({ order }) => order?.flush() ?? []),
  };
};
