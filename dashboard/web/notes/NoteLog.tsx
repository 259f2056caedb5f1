import { useEffect, useRef } from 'preact/hooks';
import type { Note } from '../../../fanout/client/telemetryClient.ts';
import { formatDateTime, formatTime } from '../format.ts';
import { serverSecond } from '../session/clock.ts';
import { labelOf } from '../view/view.ts';

const dayMs = 24 * 60 * 60 * 1000;

const When = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
    {serverSecond.value - at < dayMs ? formatTime(at) : formatDateTime(at)}
  </time>
);

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight < 60;

/** What was said, the newest at the bottom, where it stays unless somebody reads further up. */
export const NoteLog = ({ notes }: { notes: readonly Note[] }) => {
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [notes]);
  return (
    <div
      ref={log}
      class="note-log"
      role="log"
      aria-live="polite"
      aria-label="Notes"
      tabIndex={0}
      onScroll={({ currentTarget }) => (follows.current = isAtEnd(currentTarget))}
    >
      <ol class="stack">
        {notes.map((note, n) => (
          <li key={n}>
            <p class="note-head small quiet-text">
              <strong class="clip" title={note.from.slice(0, 200)}>
                {note.from}
              </strong>
              <When at={note.at} />
            </p>
            <p class="wrap note-text">{note.text}</p>
            <p class="small quiet-text wrap">to {labelOf(note.to)}</p>
          </li>
        ))}
      </ol>
    </div>
  );
};
