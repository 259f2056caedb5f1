import { beforeEach, expect, it } from 'vitest';
import type { Dynamo, Row } from './dynamo.ts';

/** What every implementation of {@link Dynamo} promises, on a new table with the keys `p` and `s`. */
export const describeDynamo = (make: () => Promise<{ db: Dynamo; table: string }>): void => {
  let db: Dynamo;
  let table: string;
  beforeEach(async () => {
    ({ db, table } = await make());
  });

  const put = (p: string, s: string, more: Row = {}) => db.put({ TableName: table, Item: { p, s, ...more } });
  const get = (p: string, s: string) => db.get({ TableName: table, Key: { p, s } });
  const all = async (pages: AsyncIterable<Row[]>): Promise<Row[]> => {
    const rows: Row[] = [];
    for await (const page of pages) rows.push(...page);
    return rows;
  };

  it('a row is read as it was written, whatever plain values it has', async () => {
    const values = {
      text: 'ü€🙂',
      empty: '',
      number: -12.5e-7,
      large: Number.MAX_SAFE_INTEGER,
      no: false,
      nothing: null,
      list: [1, 'a', [], {}],
      map: { deep: { er: [true] } },
    };
    await put('a', '1', values);
    expect(await get('a', '1')).toEqual({ p: 'a', s: '1', ...values });
    expect(await get('a', '2')).toBeUndefined();
  });

  it('a write whose condition does not hold fails with the name that DynamoDB has for it', async () => {
    await put('a', '1');
    const again = db.put({
      ...{ TableName: table, Item: { p: 'a', s: '1' } },
      ConditionExpression: 'attribute_not_exists(p)',
    });
    await expect(again).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('what DynamoDB does not understand fails with its name and its sentence', async () => {
    const wrong = db.get({ TableName: table, Key: { q: 1 } });
    await expect(wrong).rejects.toMatchObject({ name: 'ValidationException', message: /schema/ });
  });

  it('an update changes, and tells what it was asked for', async () => {
    await put('a', '1', { n: 1 });
    const update = {
      ...{ TableName: table, Key: { p: 'a', s: '1' }, UpdateExpression: 'SET #n = #n + :one' },
      ...{ ExpressionAttributeNames: { '#n': 'n' }, ExpressionAttributeValues: { ':one': 1 } },
    };
    expect(await db.update({ ...update, ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { p: 'a', s: '1', n: 1 },
    });
    expect(await db.update({ ...update, ReturnValues: 'ALL_NEW' })).toEqual({
      Attributes: { p: 'a', s: '1', n: 3 },
    });
    expect(await db.update(update)).toEqual({});
  });

  it('what is deleted is told once', async () => {
    await put('a', '1');
    const gone = { TableName: table, Key: { p: 'a', s: '1' }, ReturnValues: 'ALL_OLD' } as const;
    expect(await db.delete(gone)).toEqual({ Attributes: { p: 'a', s: '1' } });
    expect(await db.delete(gone)).toEqual({});
  });

  it('a query goes through all pages, in order, and through no others than are asked for', async () => {
    const sorts = Array.from({ length: 7 }, (_, n) => String(n));
    for (const s of sorts) await put('a', s);
    await put('b', '1');
    const pages = () =>
      db.query({
        ...{ TableName: table, KeyConditionExpression: 'p = :p', ConsistentRead: true, Limit: 3 },
        ExpressionAttributeValues: { ':p': 'a' },
      });
    expect((await all(pages())).map(({ s }) => s)).toEqual(sorts);
    for await (const page of pages()) {
      expect(page).toHaveLength(3);
      break;
    }
  });

  it('a batch writes, deletes and reads', async () => {
    await put('a', 'old');
    const left = await db.batchWrite(table, [
      { PutRequest: { Item: { p: 'a', s: '1', n: 1 } } },
      { PutRequest: { Item: { p: 'a', s: '2', n: 2 } } },
      { DeleteRequest: { Key: { p: 'a', s: 'old' } } },
    ]);
    expect(left).toEqual([]);
    const keys = ['1', '2', 'old'].map((s) => ({ p: 'a', s }));
    const read = await db.batchGet(table, keys);
    expect(read.left).toEqual([]);
    expect(read.rows.map(({ n }) => n).sort()).toEqual([1, 2]);
  });
};
