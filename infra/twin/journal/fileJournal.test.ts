import { execFile } from 'node:child_process';
import { appendFileSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileJournal } from './fileJournal.ts';
import { journalFolder } from './journalFolder.ts';

type Note = { text: string; reads?: number };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'journal-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, 'notes.jsonl');
const open = (lines: string[] = []) => openFileJournal<Note>(path(), (line) => void lines.push(line));

/** What a twin would find that starts now, while the one before may still be there. */
const found = () => open().entries();

describe('a journal', () => {
  it('has what was put, as it was changed, without what was removed, in the order of writing', async () => {
    const journal = open();
    await Promise.all(['a', 'b', 'c'].map((key) => journal.put(key, { text: `note ${key}` })));
    journal.remove('b');
    journal.amend('a', { reads: 2 });
    await journal.put('d', { text: 'ü"\n\u2028' });
    expect(found()).toEqual([
      ['a', { text: 'note a', reads: 2 }],
      ['c', { text: 'note c' }],
      ['d', { text: 'ü"\n\u2028' }],
    ]);
    expect(journal.entries()).toEqual(found());
  });

  it('has an entry by the time its put resolves', async () => {
    const journal = open();
    for (const key of ['a', 'b', 'c']) {
      await journal.put(key, { text: key });
      expect(found().at(-1)?.[0]).toBe(key);
    }
  });

  it.each([1, 5, 20])('drops a last line that lacks %i bytes, and goes on in its place', async (missing) => {
    const journal = open();
    await journal.put('a', { text: 'whole' });
    await journal.put('b', { text: 'torn while it was written' });
    truncateSync(path(), statSync(path()).size - missing);
    const next = open();
    expect(next.entries()).toEqual([['a', { text: 'whole' }]]);
    await next.put('c', { text: 'behind' });
    expect(found().map(([key]) => key)).toEqual(['a', 'c']);
  });

  it('leaves out lines that it has not written, and says so', async () => {
    const journal = open();
    await journal.put('a', { text: 'a' });
    appendFileSync(path(), 'what?\n["+"]\n["+","x"]\n[]\n["?","a",{}]\n["+","b",{"text":"b"}]\n');
    const lines: string[] = [];
    expect(open(lines).entries()).toEqual([
      ['a', { text: 'a' }],
      ['b', { text: 'b' }],
    ]);
    expect(lines).toEqual([`${path()}: 5 lines are no lines of a journal and were left out.`]);
  });

  it('ignores changes of what it does not have', async () => {
    const journal = open();
    journal.amend('a', { reads: 1 });
    journal.remove('a');
    await journal.put('b', { text: 'b' });
    expect(readFileSync(path(), 'utf8')).toBe('["+","b",{"text":"b"}]\n');
  });

  it('is written anew when most of it is dead, and loses nothing that comes meanwhile', async () => {
    const journal = open();
    const text = 'x'.repeat(50_000);
    await Promise.all(Array.from({ length: 40 }, (_, n) => journal.put(`old ${n}`, { text })));
    for (let n = 0; n < 35; n++) journal.remove(`old ${n}`);
    const puts = Array.from({ length: 100 }, (_, n) => journal.put(`new ${n}`, { text: 'y' }));
    journal.amend('old 39', { reads: 3 });
    await puts[0];
    journal.remove('old 38');
    await Promise.all(puts);
    await journal.put('last', { text: 'z' });
    expect(statSync(path()).size).toBeLessThan(500_000);
    const after = new Map(found());
    expect(after.size).toBe(4 + 100 + 1);
    expect(after.get('old 39')).toEqual({ text, reads: 3 });
    expect([...journal.entries()].sort()).toEqual([...after].sort());
  });

  it('is not written anew while all of it is alive, whatever its characters', async () => {
    const journal = open();
    linkSync(path(), join(folder, 'first')); // Keeps the number of the first file from being given again.
    for (const key of ['a', 'b', 'c', 'd']) await journal.put(key, { text: '€'.repeat(500_000) });
    const next = open();
    await next.put('e', { text: 'e' });
    await next.put('f', { text: 'f' });
    expect(statSync(path()).ino).toBe(statSync(join(folder, 'first')).ino);
  });

  it('writes what is left when it is closed, and takes nothing after', async () => {
    const journal = open();
    await journal.put('a', { text: 'a' });
    journal.remove('a');
    await journal.close();
    await journal.close();
    journal.remove('a');
    await expect(journal.put('b', { text: 'b' })).rejects.toThrow('is closed');
    expect(found()).toEqual([]);
  });

  it('writes a removal that came while something else was written', async () => {
    const journal = open();
    await journal.put('b', { text: 'b' });
    const put = journal.put('a', { text: 'a' });
    await Promise.resolve().then(() => Promise.resolve()); // It is being written.
    journal.remove('b');
    await Promise.all([put, journal.close()]);
    expect(found().map(([key]) => key)).toEqual(['a']);
  });

  it.skipIf(process.platform === 'win32')(
    'refuses what a full disk does not take, and keeps the rest',
    async () => {
      const module = fileURLToPath(new URL('fileJournal.ts', import.meta.url));
      const script = `
      const { openFileJournal } = await import(${JSON.stringify(module)});
      const journal = openFileJournal(${JSON.stringify(path())}, console.log);
      for (let n = 0; n < 8; n++)
        await journal.put('large ' + n, { text: 'x'.repeat(700) }).catch(({ name }) => console.log(name, n));
      await journal.put('small', { text: '' });
      await journal.close();`;
      // At most 4 KB in a file: the nearest to a full disk that needs no disk.
      const limited = 'ulimit -f 4; exec "$0" --import tsx --input-type=module -e "$1"';
      const { stdout } = await promisify(execFile)('bash', ['-c', limited, process.execPath, script]);
      expect(stdout.split('\n').filter(Boolean)).toEqual(['NotKept 5', 'NotKept 6', 'NotKept 7']);
      expect(found().map(([key]) => key)).toEqual([...[0, 1, 2, 3, 4].map((n) => `large ${n}`), 'small']);
    },
  );
});

describe('a folder of journals', () => {
  it('says what it keeps for something that is gone', async () => {
    const first = journalFolder(folder, () => undefined);
    const [kept, empty] = [first.open('queue-gone'), first.open('queue-empty')];
    await kept.put('a', {});
    await Promise.all([kept.close(), empty.close()]);
    const lines: string[] = [];
    const second = journalFolder(folder, (line) => void lines.push(line));
    await second.open('queue-new').close();
    second.reportOthers();
    expect(lines).toEqual([
      `${join(folder, 'queue-gone.jsonl')} keeps 1 entries for something that the template no longer has.`,
    ]);
  });

  it('that cannot be written is the user’s to mend', () => {
    const { open } = journalFolder(join(path(), 'below'), () => undefined);
    appendFileSync(path(), 'a file');
    expect(() => open('queue-a')).toThrow(
      expect.objectContaining({ name: 'TwinError', code: 'folder_unusable' }),
    );
  });
});
