import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitsGlob } from '../../infra/twin/glob.ts';
import type { Statement } from '../../infra/twin/iam/statement.ts';
import { playWithout, rehearse, type Rehearsal } from './rehearse.ts';
import { openStage, type OpenStage } from './stage.ts';
import { stories } from './stories.ts';

let open: OpenStage;
const rehearsals: Rehearsal[] = [];

beforeAll(async () => {
  open = await openStage();
});
afterAll(() => open.close());

/** Every statement of every role that something here works by. */
const statements = (): readonly Statement[] =>
  open.stage.local.access.enforced().roles.flatMap((role) => role.statements);

/** The stories that used a statement, the quickest first. */
const usersOf = (statement: Statement): readonly Rehearsal[] =>
  rehearsals.filter(({ used }) => used.has(statement)).sort((a, b) => a.ms - b.ms);

describe('with every permission', () => {
  it.each(stories)(
    '$name',
    async (story) => {
      rehearsals.push(await rehearse(open, story));
    },
    40_000,
  );

  it('nothing is denied', () => {
    expect(open.stage.local.access.denied()).toEqual({});
  });
});

describe('no permission is there for nothing:', () => {
  it('each action of each statement was needed by a story', () => {
    const superfluous = statements().flatMap((statement) => {
      const needed = usersOf(statement).flatMap(({ used }) => [...(used.get(statement)?.actions ?? [])]);
      const isNeeded = (pattern: string) => needed.some((action) => fitsGlob(pattern, action.toLowerCase()));
      const { patterns } = statement.actions;
      return patterns.filter((one) => !isNeeded(one)).map((one) => `${statement.place}: ${one}`);
    });
    expect(superfluous).toEqual([]);
  });

  it('without any one statement a story fails', async () => {
    const table: { statement: string; story: string; failed: string }[] = [];
    for (const statement of statements()) {
      let failed: string | undefined;
      for (const rehearsal of usersOf(statement)) {
        failed = await playWithout(open, rehearsal, statement);
        if (failed === undefined) continue;
        table.push({ statement: statement.place, story: rehearsal.story.name, failed });
        break;
      }
      if (failed === undefined) table.push({ statement: statement.place, story: 'none', failed: '' });
    }
    console.table(table);
    expect(table.filter(({ story }) => story === 'none')).toEqual([]);
  }, 180_000);
});
