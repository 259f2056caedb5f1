import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { telemetryTopic } from '../ingest/topic.ts';
import { startForTest } from './local.ts';
import { connectViewer, handshakeStatus } from './viewer.ts';

const canary = 'nightingale';
const aSecond = 1_000;

it('at DEBUG functions log what they do, and nothing of what devices and viewers say, nor a token', async () => {
  const lines: { functionName: string; line: string }[] = [];
  const local = await startForTest({ settings: { logLevel: 'DEBUG' }, log: (entry) => lines.push(entry) });
  const token = await local.sign({ subject: 'ada', groups: ['*'], expiresIn: '5m' });
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  const device = await connectAsync(local.mqttUrl, { clientId: 'kettle-1' });
  const publish = (payload: string) =>
    device.publishAsync(telemetryTopic('eu-west', 'kettle-1'), payload, { qos: 1 });

  const ada = await connectViewer(local.webSocketUrl, token);
  ada.send({
    action: 'subscribe',
    id: 's',
    to: { device: 'kettle-1' },
    where: [{ field: canary, op: 'exists' }],
  });
  await ada.next('live');
  await publish(JSON.stringify({ [canary]: canary }));
  expect(await ada.next('sensor_update')).toMatchObject({ data: { [canary]: canary } });
  await publish(`{"${canary}`);
  ada.send({ action: 'note', id: 'n', to: { device: 'kettle-1' }, text: canary });
  await ada.next('noted');
  ada.send({ action: 'history', id: 'h', device: 'kettle-1' });
  await ada.next('history');
  ada.send({ action: 'authenticate', id: 'a', token: forged });
  await ada.next('error');
  ada.send({ action: 'authenticate', id: 'b', token });
  await ada.next('authenticated');
  ada.send(`{"action":"${canary}"}`);
  await ada.next('error');
  expect(await handshakeStatus(local.webSocketUrl, ['fieldcast.v1', `bearer.${forged}`])).toBe(401);
  await expect.poll(() => local.rejects().length, { timeout: 10 * aSecond }).toBe(1);
  ada.close();
  await device.endAsync();
  await local.close();

  const said = lines.map(({ line }) => line).join('\n');
  expect(said).toContain('"DEBUG"');
  const logging = new Set(
    lines.filter(({ line }) => line.includes('"DEBUG"')).map(({ functionName }) => functionName),
  );
  expect(logging.size).toBeGreaterThanOrEqual(3);
  const [, claims = '?', signature = '?'] = token.split('.');
  for (const secret of [canary, claims, signature]) expect(said).not.toContain(secret);
});
