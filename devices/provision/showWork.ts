import { shareBar } from '../bar.ts';
import { DevicesError } from '../devicesError.ts';
import type { Screen } from '../screen.ts';
import type { ProvisionStep, UndoStep, Work } from './steps.ts';

type AnyWork = Work<ProvisionStep | UndoStep>;

type Choice = {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Whether anything is changed. */
  readonly isDone: boolean;
  readonly isUndo: boolean;
};

export type Show = {
  work: (work: AnyWork, done: number, total: number) => void;
  /** The summary. Throws DevicesError `partial_failure` when something was left alone. */
  provisioned: (all: readonly Work<ProvisionStep>[], file: string, isStopped: boolean) => void;
  undone: (all: readonly Work<UndoStep>[], file: string, isStopped: boolean) => void;
  /** Takes the bar away. */
  clear: () => void;
};

const things = (count: number): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? 'thing' : 'things'}`;

const stopped = (isStopped: boolean): string =>
  isStopped ? ' Stopped before the end; the same command goes on from here.' : '';

const stoppedEarly = 'Stopped before the first thing; nothing was changed.';

const line = ({ thing, steps, left }: AnyWork): string => {
  const text = steps.length === 0 ? 'nothing to do' : steps.join(', ');
  return `  ${thing}: ${left === undefined ? text : left}`;
};

/** How a run of `provision` shows itself: a bar on a terminal, lines where only the plan is told, JSON for programs. */
export const showWork = (screen: Screen, { json = false, quiet = false, isDone, isUndo }: Choice): Show => {
  const write = (text: string): void => void screen.write(text);
  const hasBar = !json && !quiet && isDone && screen.isTTY === true;
  const clear = (): void => {
    if (hasBar) write('\r\u001b[K');
  };
  const summary = (facts: object, text: string): void => {
    clear();
    write(json ? `${JSON.stringify({ event: 'summary', ...facts })}\n` : `${text}\n`);
  };
  const counts = (all: readonly AnyWork[]) => ({
    things: all.length,
    changed: all.filter(({ steps }) => steps.length > 0).length,
    leftAlone: all.filter(({ left }) => left !== undefined).length,
    isDone,
  });

  return {
    clear,
    work: (work, done, total) => {
      if (quiet) return;
      if (json) write(`${JSON.stringify({ event: 'thing', ...work })}\n`);
      else if (hasBar) {
        const text = `${shareBar(done / total)} ${done}/${total} ${work.thing}`;
        write(`\r\u001b[K${text.slice(0, (screen.columns || 80) - 1)}`);
      } else if (!isDone || work.left !== undefined) write(`${line(work)}\n`);
    },
    provisioned: (all, file, isStopped) => {
      const facts = counts(all);
      const unchanged = facts.things - facts.changed - facts.leftAlone;
      const rest = unchanged === 0 ? '' : ` ${things(unchanged)} had all they need.`;
      const done = `Provisioned ${things(facts.changed)}; the fleet is in ${file}.${rest}${stopped(isStopped)}`;
      const would = `Would provision ${things(facts.changed)} and write ${file}.${rest} Add --yes to do it.`;
      summary({ ...facts, file }, isStopped && facts.things === 0 ? stoppedEarly : isDone ? done : would);
      if (facts.leftAlone > 0)
        throw new DevicesError(
          'partial_failure',
          all.find(({ left }) => left !== undefined)?.left ?? 'Something was left alone.',
        );
    },
    undone: (all, file, isStopped) => {
      const facts = counts(all);
      const none = isStopped ? stoppedEarly : `There is nothing to remove in ${file}.`;
      const done = `Removed ${things(facts.things)} of ${file}.${stopped(isStopped)}`;
      const would = `Would remove ${things(facts.things)} of ${file}, with certificates and files. Add --yes to do it.`;
      summary({ ...facts, file, isUndo }, facts.things === 0 ? none : isDone ? done : would);
    },
  };
};
