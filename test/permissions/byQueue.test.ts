import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Statement } from '../../infra/twin/iam/statement.ts';
import { playWithout, rehearse, type Rehearsal } from './rehearse.ts';
import { openStage, type OpenStage } from './stage.ts';
import { delivery, type Story } from './stories.ts';

// Where the rule puts readings into a queue, its role may do more than where it invokes a function.

let open: OpenStage;

beforeAll(async () => {
  open = await openStage('queue');
}, 60_000);
afterAll(() => open.close());

const ofRule = (): readonly Statement[] =>
  open.stage.local.access
    .enforced()
    .roles.filter(({ name }) => name.includes('IngestTelemetryRole'))
    .flatMap(({ trust, statements }) => [...trust, ...statements]);

/** A reading that the rule may not put into the queue goes where what fails is kept. */
const keptWithout = (statement: Statement): Story => ({
  name: 'a reading that the rule cannot hand on is kept',
  play: async ({ local, name, publish, until, onEnd }) => {
    onEnd(local.access.suspend(statement));
    const deviceId = name('pump');
    await publish(deviceId, { seq: 1 });
    await until(() => local.failures().some((body) => body.includes(deviceId)));
  },
});

/** What of the rule's role a story does not end without. */
const neededFor = async (rehearsal: Rehearsal): Promise<readonly Statement[]> => {
  const needed: Statement[] = [];
  for (const statement of ofRule().filter((one) => rehearsal.used.has(one)))
    if ((await playWithout(open, rehearsal, statement)) !== undefined) needed.push(statement);
  return needed;
};

it('a published reading comes through the queue, or is kept, by every statement of the rule’s role and no other', async () => {
  const [trust, queue = expect.fail('The role may do nothing.'), failures, ...others] = ofRule();
  const delivered = await rehearse(open, delivery('rule'));
  expect(open.stage.local.access.denied()).toEqual({});
  expect(await neededFor(delivered)).toEqual([trust, queue]);
  const kept = await rehearse(open, keptWithout(queue));
  expect(await neededFor(kept)).toEqual([trust, failures]);
  expect(others).toEqual([]);
}, 120_000);
