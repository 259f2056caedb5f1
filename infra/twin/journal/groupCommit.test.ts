import { describe, expect, it } from 'vitest';
import { groupCommit } from './groupCommit.ts';

/** A place to write to that a test lets succeed or fail, one group after the other. */
const slowFile = () => {
  const groups: string[] = [];
  const pending: ((error?: Error) => void)[] = [];
  const write = (lines: string): Promise<void> =>
    new Promise((resolve, reject) => {
      groups.push(lines);
      pending.push((error) => (error === undefined ? resolve() : reject(error)));
      arrived();
    });
  let arrived = (): void => undefined;
  const next = async (): Promise<(error?: Error) => void> => {
    if (pending.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
    return pending.shift() ?? (() => undefined);
  };
  return { groups, write, next };
};

const full = new Error('the disk is full');

describe('a group commit', () => {
  it('writes what comes together together, and what comes meanwhile with the next', async () => {
    const file = slowFile();
    const { commit } = groupCommit(file.write);
    const first = Promise.all([commit('a'), commit('b')]);
    const done = await file.next();
    const second = Promise.all([commit('c'), commit('d')]);
    done();
    await first;
    (await file.next())();
    await second;
    expect(file.groups).toEqual(['ab', 'cd']);
  });

  it('writes what is committed the moment a commit is done', async () => {
    const file = slowFile();
    const { commit } = groupCommit(file.write);
    const chain = commit('a').then(() => commit('b'));
    (await file.next())();
    (await file.next())();
    await chain;
    expect(file.groups).toEqual(['a', 'b']);
  });

  it('rejects all of a group that failed, and goes on with the next', async () => {
    const file = slowFile();
    const { commit } = groupCommit(file.write);
    const failed = Promise.allSettled([commit('a'), commit('b')]);
    const done = await file.next();
    const after = commit('c');
    done(full);
    expect(await failed).toEqual(Array(2).fill({ status: 'rejected', reason: full }));
    (await file.next())();
    await after;
  });

  it('keeps what nobody waits for until a write succeeds', async () => {
    const file = slowFile();
    const { commit, leave, flush } = groupCommit(file.write);
    leave('-');
    (await file.next())(full);
    await flush();
    const after = commit('a');
    (await file.next())();
    await after;
    expect(file.groups).toEqual(['-', '-a']);
  });

  it('writes by itself what was left while another group was written', async () => {
    const file = slowFile();
    const { commit, leave, flush } = groupCommit(file.write);
    const first = commit('a');
    const done = await file.next();
    leave('-');
    done();
    await first;
    const flushed = flush();
    (await file.next())();
    await flushed;
    expect(file.groups).toEqual(['a', '-']);
  });

  it('tries what failed and nobody waits for once more when it is flushed', async () => {
    const file = slowFile();
    const { leave, flush } = groupCommit(file.write);
    leave('-');
    const failed = flush();
    (await file.next())(full);
    await failed;
    const flushed = flush();
    (await file.next())();
    await flushed;
    expect(file.groups).toEqual(['-', '-']);
  });
});
