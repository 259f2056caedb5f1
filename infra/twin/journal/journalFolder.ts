import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { TwinError } from '../twinError.ts';
import { openFileJournal } from './fileJournal.ts';
import type { OpenJournal } from './journal.ts';
import { replay } from './journalLine.ts';

export type JournalFolder = {
  /** Throws TwinError `folder_unusable`. */
  open: OpenJournal;
  /** Reports what is kept under names that nobody has opened, so that it does not lie there in silence. */
  reportOthers: () => void;
};

const ending = '.jsonl';

/** A folder with a file for each journal. Its parent must exist, and be this twin's alone. */
export const journalFolder = (folder: string, report: Report): JournalFolder => {
  const opened = new Set<string>();
  return {
    open: (name) => {
      opened.add(`${name}${ending}`);
      try {
        mkdirSync(folder, { recursive: true });
        return openFileJournal(join(folder, `${name}${ending}`), report);
      } catch (error) {
        throw new TwinError(
          'folder_unusable',
          `${folder} cannot keep the journal ${name} (${String(error)}); choose a data folder that you may write to.`,
        );
      }
    },
    reportOthers: () => {
      for (const name of filesIn(folder).filter((file) => !opened.has(file))) {
        const { size } = replay(readFileSync(join(folder, name))).entries;
        if (size > 0)
          report(
            `${join(folder, name)} keeps ${size} entries for something that the template no longer has.`,
          );
      }
    },
  };
};

const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(ending));
  } catch {
    return []; // No journal was opened, so there may be no folder.
  }
};
