import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitsGlob } from '../../infra/twin/glob.ts';
import { fillIn } from '../../infra/twin/iam/policyText.ts';
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

const access = () => open.stage.local.access;

/** Every role that something here works by. Those of deployments and of services that do not run here are not among them. */
const roles = () => access().enforced().roles;

/** Every statement of what roles may do, and of what services may assume them while everything runs: for rules. */
const statements = (): readonly Statement[] =>
  roles().flatMap(({ trust, statements }) => [
    ...trust.filter((statement) => usersOf(statement).length > 0),
    ...statements,
  ]);

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
    expect(access().denied()).toEqual({});
  });
});

type Row = { statement: string; actions: string; story: string; failed: string; ms: number };

/** Tries the stories that used a statement without it, until one fails. */
const withoutIt = async (statement: Statement): Promise<Row> => {
  const begun = performance.now();
  const row = (story: string, failed: string): Row => ({
    statement: statement.place,
    actions: statement.actions.patterns.join(' '),
    story,
    failed,
    ms: Math.round(performance.now() - begun),
  });
  for (const rehearsal of usersOf(statement)) {
    const failed = await playWithout(open, rehearsal, statement);
    if (failed !== undefined) return row(rehearsal.story.name, failed);
  }
  return row('none', '');
};

/** What stories needed a statement for. */
const neededOf = (statement: Statement, what: 'actions' | 'resources'): readonly string[] =>
  usersOf(statement).flatMap(({ used }) => [...(used.get(statement)?.[what] ?? [])]);

describe('no permission is there for nothing:', () => {
  it('something here works by every role but that of API Gateway for its log', () => {
    const idle = open.stage.local.notRun.filter(({ type }) => type === 'AWS::IAM::Role');
    expect(idle).toMatchObject([
      {
        count: 1,
        meaning: expect.stringMatching(/^nothing here works by Fieldcast-EdgeAccessLogRole\w+$/) as string,
      },
    ]);
  });

  it('each action of each statement was needed by a story', () => {
    const superfluous = statements().flatMap((statement) => {
      const needed = neededOf(statement, 'actions').map((action) => action.toLowerCase());
      return statement.actions.patterns
        .filter((pattern) => !needed.some((action) => fitsGlob(pattern, action)))
        .map((pattern) => `${statement.place}: ${pattern}`);
    });
    expect(superfluous).toEqual([]);
  });

  it('each resource of each statement was needed by a story', () => {
    const superfluous = statements().flatMap((statement) => {
      const needed = neededOf(statement, 'resources');
      const patterns = (statement.resources?.patterns ?? []).map((text) => fillIn(text, () => undefined));
      return patterns
        .filter((pattern) => !needed.some((arn) => pattern !== undefined && statement.fits(pattern, arn)))
        .map((pattern) => `${statement.place}: ${String(pattern)}`);
    });
    expect(superfluous).toEqual([]);
  });

  it('without any one statement a story fails', async () => {
    expect(statements().length).toBeGreaterThan(50);
    const rows: Row[] = [];
    for (const statement of statements()) rows.push(await withoutIt(statement));
    console.table(rows);
    expect(rows.filter(({ story }) => story === 'none')).toEqual([]);
  }, 600_000);

  it('without its trust Lambda may not assume the role of any function, and the stack would not start', () => {
    const ofFunctions = roles().filter(({ trust }) => trust.every((one) => usersOf(one).length === 0));
    expect(ofFunctions.length).toBeGreaterThan(7);
    for (const { arn, trust } of ofFunctions)
      for (const statement of trust) {
        const assume = () =>
          access().assume({ roleArn: arn, service: 'lambda.amazonaws.com', sourceArn: '', name: 'test' });
        expect(assume()).toHaveProperty('role');
        const restore = access().suspend(statement);
        expect(assume()).toHaveProperty('reason');
        restore();
      }
  });
});

it('what is denied is told on the terminal, with the statement that is missing', () => {
  const { reported } = open.stage.local;
  const told = reported.filter((line) => line.includes('may not dynamodb:Query on arn:aws:dynamodb:'));
  expect(told).toContainEqual(
    expect.stringMatching(
      /^Fieldcast-IngestFunction\w+ may not dynamodb:Query on (arn:\S+): no policy of its role \S+ allows it; add \{"Effect":"Allow","Action":"dynamodb:Query","Resource":"\1"\}\.$/,
    ),
  );
});
