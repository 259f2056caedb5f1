import { isAbout, partsOf, type Explanation, type Who } from '../../../fanout/client/telemetryClient.ts';
import { formatNumber } from '../format.ts';
import type { Watched } from '../session/watching.ts';

export type Known = {
  readonly explanation: Explanation;
  readonly watched: readonly Pick<Watched, 'watch' | 'isChosen' | 'status' | 'rate'>[];
  readonly who: Who;
  /** Readings a second that the device sends, as far as is known. */
  readonly perSecond: number | undefined;
  /** Since the page knows the device. */
  readonly readings: number;
  readonly folded: number;
};

type Via = Known['watched'][number];

const listed = (all: readonly string[]): string =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;

const count = (value: number): string => formatNumber(value, 0);
const rateText = (rate: number): string =>
  formatNumber(rate, Number.isInteger(rate) ? 0 : rate < 0.1 ? 2 : 1);

/** Wholes that people count in. */
const wholes = [2, 3, 4, 5, 10, 20, 100];

/** `9 of 10` of what a device sends, where so many a second may come. Undefined if nearly all come. */
export const foldedShare = (perSecond: number, maxRate: number): string | undefined => {
  const share = 1 - maxRate / perSecond;
  if (!(share >= 0.05)) return undefined;
  const partOf = (whole: number): number => Math.min(whole - 1, Math.round(share * whole));
  const whole = wholes.find((one) => Math.abs(partOf(one) / one - share) < 0.02) ?? 100;
  return `${count(partOf(whole))} of ${count(whole)}`;
};

const reasonOf = ({ watch, rate }: Via): string =>
  rate === watch.maxRate
    ? `maxRate ${rateText(rate ?? 0)}`
    : `the rate that suits what you look at (${rateText(rate ?? 0)} a second)`;

/** What the most permissive of them lets through. */
const rateSentence = (vias: readonly Via[], perSecond: number | undefined): string => {
  const most = vias.reduce((best, via) => ((via.rate ?? Infinity) > (best.rate ?? Infinity) ? via : best));
  if (most.rate === undefined) return 'every reading comes by itself';
  const share = perSecond === undefined ? undefined : foldedShare(perSecond, most.rate);
  return share === undefined
    ? `at most ${rateText(most.rate)} a second come, which is as often as it speaks`
    : `${share} readings are folded by ${reasonOf(most)}`;
};

/** What will be so without the page of the device. */
const otherwise = (vias: readonly Via[], perSecond: number | undefined): string[] => {
  const chosen = vias.filter(({ isChosen }) => isChosen);
  if (chosen.length === vias.length || perSecond === undefined) return [];
  const most = Math.max(...chosen.map(({ watch }) => watch.maxRate ?? Infinity));
  const share = foldedShare(perSecond, most);
  return share === undefined || chosen.length === 0
    ? []
    : [`In the fleet ${share} of its readings are folded by maxRate ${rateText(most)}.`];
};

const throughOf = (vias: readonly Via[]): string => {
  const chosen = vias.filter(({ isChosen }) => isChosen);
  const ways = chosen.map(({ watch }) => partsOf(watch.to).join(' '));
  const own = chosen.length < vias.length ? ['a subscription of its own while this page is open'] : [];
  return listed([...ways, ...own]);
};

const foldedSentence = ({ readings, folded }: Known): string[] =>
  folded === 0 ? [] : [`Of ${count(readings)} readings so far ${count(folded)} came folded into others.`];

const delivered = (known: Known): string[] => {
  const vias = known.watched.filter(
    ({ watch, status }) => isAbout(watch.to, known.who) && status !== 'refused',
  );
  if (vias.length === 0) return ['You get this device.', ...foldedSentence(known)];
  return [
    `You get this device through ${throughOf(vias)}; ${rateSentence(vias, known.perSecond)}.`,
    ...otherwise(vias, known.perSecond),
    ...foldedSentence(known),
  ];
};

type StageName = Explanation['stages'][number]['stage'];

const advice: Readonly<Record<StageName, { what: string; todo: string }>> = {
  connection: { what: 'This page is not connected', todo: 'It tries again by itself; wait, or reload it.' },
  token: { what: 'Your token has run out', todo: 'Reload the page to get another one.' },
  device: {
    what: 'No device of this name has sent anything that you may see',
    todo: 'Check the name, and that the device publishes; or ask for a grant that covers it.',
  },
  grants: {
    what: 'Your token does not cover this device',
    todo: 'Ask for a grant of it, of its region or of its type.',
  },
  subscriptions: {
    what: 'Nothing you watch covers this device',
    todo: 'Watch it, its region or its type.',
  },
  where: {
    what: 'Its newest reading is none of those you asked for',
    todo: 'Change the condition under Watching to get it.',
  },
  rate: { what: 'Its readings are held back', todo: 'Take away the maxRate under Watching.' },
};

export const stageNames: Readonly<Record<StageName, string>> = {
  connection: 'Connection',
  token: 'Sign-in',
  device: 'Device',
  grants: 'Grants',
  subscriptions: 'What you watch',
  where: 'Conditions',
  rate: 'Rate',
};

/** One or two sentences that say how the readings of a device come, or why they do not and what to do. */
export const explainSentences = (known: Known): string[] => {
  const { explanation } = known;
  const no = explanation.stages.find(({ ok }) => !ok);
  if (explanation.delivered || no === undefined) return delivered(known);
  const { what, todo } = advice[no.stage];
  return [`You do not get this device: ${what.charAt(0).toLowerCase()}${what.slice(1)}.`, todo];
};

/** Whether the server has nothing of this name to show. */
export const isUnknown = ({ stages }: Explanation): boolean =>
  stages.some(({ stage, ok }) => stage === 'device' && !ok);
