import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../client/parseFrame.ts';
import { parseRequest } from '../parseRequest.ts';
import { actions, frames, requests } from '../protocol.ts';
import { asyncApiDocument } from './document.ts';
import { frameExamples, requestExamples } from './examples.ts';
import { payloadSchema } from './schema.ts';

const generated = asyncApiDocument();

describe('the AsyncAPI document', () => {
  it('is accepted by the official parser, which finds every message and operation', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(generated));
    // 0 is an error, 1 a warning; below are matters of taste.
    expect(diagnostics.filter(({ severity }: { severity: number }) => severity <= 1)).toEqual([]);
    const names = document
      ?.allMessages()
      .all()
      .map((message) => message.name());
    expect(names).toEqual(expect.arrayContaining([...actions, ...Object.keys(frames)]));
    const asked = document?.operations().filterByReceive();
    expect(asked?.map((operation) => operation.id()).toSorted()).toEqual(actions.toSorted());
    expect(asked?.every((operation) => operation.reply()?.messages().isEmpty() === false)).toBe(true);
  });

  it('is what the committed file says', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../asyncapi.json', import.meta.url), 'utf8'));
    expect(committed, 'run npm run asyncapi').toEqual(JSON.parse(JSON.stringify(generated)));
  });

  it('has in some operation every frame', () => {
    const text = JSON.stringify(generated.operations);
    for (const type of Object.keys(frames)) expect(text).toContain(`/frame.${type}"`);
  });

  it('has examples that the schemas accept', () => {
    for (const example of Object.values(requestExamples))
      expect(parseRequest(JSON.stringify(example))).toEqual({ ok: true, request: example });
    for (const example of Object.values(frameExamples))
      expect(parseFrame(JSON.stringify(example))).toEqual({ kind: 'frame', frame: example });
  });

  it('is strict about requests, and never about frames', () => {
    for (const action of actions)
      expect(payloadSchema(requests[action], 'request', action)).toMatchObject({
        additionalProperties: false,
      });
    const [, ofFrames] = Object.entries(generated.components.messages).reduce<[string[], string[]]>(
      ([asked, told], [key, { payload }]) =>
        key.startsWith('request.') ? [[...asked, key], told] : [asked, [...told, JSON.stringify(payload)]],
      [[], []],
    );
    expect(ofFrames.join('\n')).not.toContain('"additionalProperties":false');
  });
});
