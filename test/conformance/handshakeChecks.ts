import assert from 'node:assert/strict';
import { limits } from '../../fanout/limits.ts';
import { bearerPrefix, subprotocol } from '../../fanout/protocol.ts';
import { isFrame } from './asking.ts';
import type { Check } from './edge.ts';
import { connectRaw, handshakeStatus } from './rawClient.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const handshakeChecks: readonly Check[] = [
  {
    name: 'a token in the subprotocol opens a WebSocket that speaks fieldcast.v1',
    run: async ({ edge, token }) => {
      const protocols = [subprotocol, `${bearerPrefix}${await token()}`];
      for (const offered of [protocols, [...protocols].reverse(), ['mqtt', ...protocols]]) {
        const client = await connectRaw(edge.url, { protocols: offered });
        assert.equal(client.protocol, subprotocol);
        client.close();
      }
    },
  },
  {
    name: 'a token in Authorization opens one too, and no subprotocol is selected where none is offered',
    run: async ({ edge, token }) => {
      const headers = { Authorization: `Bearer ${await token()}` };
      const client = await connectRaw(edge.url, { protocols: [], headers });
      assert.equal(client.protocol, '');
      isFrame(await client.ask({ action: 'hello' }), 'welcome');
      client.close();
    },
  },
  {
    name: 'other subprotocols alone are answered with 400',
    run: async ({ edge, token }) => {
      const bearer = `${bearerPrefix}${await token()}`;
      assert.equal(await handshakeStatus(edge.url, ['fieldcast.v2', bearer]), 400);
    },
  },
  {
    name: 'no token, and one that is not good, are answered with 401',
    run: async ({ edge, token, unique }) => {
      const good = await token();
      const [header = '', payload = '', signature = ''] = good.split('.');
      const wider = base64url({
        ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
        'cognito:groups': ['*'],
        sub: unique('eve'),
      });
      const bad = [
        'nonsense',
        `${header}.${payload}.`,
        `${header}.${wider}.${signature}`,
        `${base64url({ alg: 'none' })}.${payload}.`,
        `${good}A`,
      ];
      assert.equal(await handshakeStatus(edge.url, [subprotocol]), 401);
      for (const one of bad)
        assert.equal(await handshakeStatus(edge.url, [subprotocol, `${bearerPrefix}${one}`]), 401, one);
    },
  },
  {
    name: 'a token in the URL is not read',
    run: async ({ edge, token }) => {
      const good = await token();
      const url = `${edge.url}?token=${good}&access_token=${good}&authorization=${good}`;
      assert.equal(await handshakeStatus(url, [subprotocol]), 401);
    },
  },
  {
    name: 'a token of no grants, and one of more than 64, are answered with 403',
    run: async ({ edge, token }) => {
      const many = Array.from({ length: limits.grants + 1 }, (_, n) => `device:d${n}`);
      for (const [grants, status] of [
        [[], 403],
        [many, 403],
        [many.slice(1), 101],
      ] as const)
        assert.equal(
          await handshakeStatus(edge.url, [subprotocol, `${bearerPrefix}${await token({ grants })}`]),
          status,
        );
    },
  },
  {
    name: 'a page of a foreign origin is answered with 403, good token or not',
    run: async ({ edge, token }) => {
      const protocols = [subprotocol, `${bearerPrefix}${await token()}`];
      const own = edge.origin === undefined ? [] : [`${edge.origin}.evil.example`, `${edge.origin}/`];
      for (const origin of ['https://evil.example', 'null', ...own])
        assert.equal(await handshakeStatus(edge.url, protocols, { Origin: origin }), 403, origin);
    },
  },
  {
    name: 'a page of an origin that is allowed is let in',
    needs: ({ origin }) => origin !== undefined,
    run: async ({ edge, token }) => {
      const protocols = [subprotocol, `${bearerPrefix}${await token()}`];
      const headers = { Origin: edge.origin ?? '' };
      assert.equal(await handshakeStatus(edge.url, protocols, headers), 101);
    },
  },
  {
    name: 'another path is answered with 403',
    run: async ({ edge, token }) => {
      const url = new URL(edge.url);
      url.pathname = '/elsewhere';
      const protocols = [subprotocol, `${bearerPrefix}${await token()}`];
      assert.equal(await handshakeStatus(url.href, protocols), 403);
    },
  },
];
