import { expect, it } from 'vitest';
import { handlerNames, type HandlerName } from '../../../infra/handlers.ts';
import { variants, type Variant } from './buildVariants.ts';
import { readyClaim, sizeClaim, timeClaim } from './claims.ts';
import type { Figures } from './measureStarts.ts';

const figuresOf = (handler: HandlerName, variant: Variant): Figures => {
  const share = variant === 'sdk' ? 1 : 0.5;
  return {
    ...{ handler, variant, starts: 5, ready: 5, bytes: 100_000 * share },
    ...{ p50Ms: 100 * share, p90Ms: 200 * share, cpuP50Ms: 90 * share },
  };
};
/** Every function by half of what the SDK's takes, but for one figure. */
const all = (of: HandlerName, over: Partial<Figures>): Figures[] =>
  handlerNames.flatMap((handler) =>
    variants.map((variant) => ({
      ...figuresOf(handler, variant),
      ...(handler === of && variant === 'ours' ? over : {}),
    })),
  );

it('every start ends with a handler, or the claim fails', () => {
  expect(readyClaim(all('direct', {})).holds).toBe(true);
  expect(readyClaim(all('direct', { ready: 4 })).holds).toBe(false);
  expect(readyClaim([]).holds).toBe(false);
});

it('each is smaller and faster by as much as is claimed, and the worst is named', () => {
  expect(sizeClaim(all('direct', { bytes: 75_000 })).holds).toBe(true);
  expect(sizeClaim(all('direct', { bytes: 76_000 }))).toMatchObject({
    holds: false,
    text: expect.stringContaining('direct with 76 %') as string,
  });
  expect(timeClaim(all('later', { p50Ms: 85 })).holds).toBe(true);
  expect(timeClaim(all('later', { p50Ms: 86 })).holds).toBe(false);
});

it('nothing is claimed of a function that asks nothing of AWS, and not without any other', () => {
  expect(sizeClaim(all('authorizer', { bytes: 100_000 })).holds).toBe(true);
  expect(timeClaim(all('authorizer', { p50Ms: 200 })).holds).toBe(true);
  expect(timeClaim(all('direct', {}).filter(({ handler }) => handler === 'authorizer')).holds).toBe(false);
});
