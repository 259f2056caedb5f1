import type { ClientEvents, ClientState } from '../../fanout/client/clientTypes.ts';
import type { Target } from '../../fanout/target.ts';
import { partsOf } from '../../fanout/target.ts';
import type { Options } from './options.ts';
import { describeCondition } from '../condition.ts';

/** What happens besides updates, and is told. */
export const toldEvents = ['state', 'status', 'resumed', 'gap', 'gapFilled', 'note', 'error'] as const;
export type ToldEvent = (typeof toldEvents)[number];
export type Told = { [Name in ToldEvent]: { name: Name; event: ClientEvents[Name] } }[ToldEvent];

export const stateWords: Record<ClientState, string> = {
  connecting: 'connecting',
  'catching-up': 'catching up',
  live: 'live',
  offline: 'offline, trying again',
  refused: 'refused, trying again',
};

const count = (value: number, noun: string): string =>
  `${value.toLocaleString('en')} ${noun}${value === 1 ? '' : 's'}`;

const targetText = (to: Target): string => partsOf(to).join(' ');

/** What happened, for people; undefined where the table shows it anyway. */
export const sentenceOf = (told: Told): string | undefined => {
  switch (told.name) {
    case 'state':
    case 'status':
      return undefined;
    case 'resumed':
      return told.event.recovered
        ? `resumed: nothing is missing, ${count(told.event.readings, 'reading')} replayed`
        : 'resumed, but what came meanwhile is lost: too long ago, or too much';
    case 'gap':
    case 'gapFilled': {
      const { deviceId, from, to } = told.event;
      const missing = `${deviceId}: seq ${from === to ? from : `${from} to ${to}`}`;
      if (told.name === 'gap') return `${missing} did not come, looking in the history`;
      return `${missing}: ${count(told.event.readings, 'reading')} of the history`;
    }
    case 'note':
      return `${told.event.from} says of ${targetText(told.event.to)}: ${told.event.text}`;
    case 'error':
      return told.event.message;
  }
};

/** What is watched, for people. */
export const wishText = (
  targets: readonly Target[],
  { where, rate }: Pick<Options, 'where' | 'rate'>,
): string =>
  [
    targets.map(targetText).join(', '),
    ...(where.length === 0 ? [] : [`where ${where.map(describeCondition).join(' and ')}`]),
    ...(rate === undefined ? [] : [`at most ${rate} a second each`]),
  ].join(' ');
