import { language } from '../language.ts';
import type { Span } from './window.ts';

const formatOf = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', ...options });
const minutes = formatOf({});
const seconds = formatOf({ second: '2-digit' });

/** So wide a window has no use for seconds, ms. */
const wideMs = 2.5 * 60_000;

export const saysSeconds = ({ from, to }: Span): boolean => to - from < wideMs;

/** The time of day at a tick of an axis. */
export const clockTime = (at: number, span: Span): string =>
  (saysSeconds(span) ? seconds : minutes).format(at);
