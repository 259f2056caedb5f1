import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest } from './local.ts';
import { connectViewer } from './viewer.ts';

const lines: string[] = [];
let local: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  local = await startForTest({ accessLog: ({ line }) => lines.push(line) });
});
afterAll(() => local.close());

const toldOf = (text: string) =>
  expect.poll(() => lines.some((line) => line.includes(text)), { timeout: 15_000 }).toBe(true);

it('the access log tells of viewers, refused ones too, and never of their tokens', async () => {
  const token = await local.sign({ subject: 'ada', groups: ['*'], expiresIn: '5m' });
  const ada = await connectViewer(local.webSocketUrl, token);
  ada.send({ action: 'subscribe', id: '1', to: { device: 'oven-1' } });
  await toldOf('"route":"subscribe"');
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  await expect(connectViewer(local.webSocketUrl, forged)).rejects.toThrow();
  await toldOf('"status":"401"');
  const log = lines.join('\n');
  for (const part of token.split('.')) expect(log).not.toContain(part);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ connectionId: expect.any(String) as string });
});
