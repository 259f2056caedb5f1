import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { isOwnPage } from './ownPage.ts';

/** Signs a token for whoever sits at this machine. Without `grants`, what the signer holds to be sensible. */
export type DevelopmentToken = (request: { grants?: string[] }) => Promise<string>;

const body = z.strictObject({
  grants: z.exactOptional(z.array(z.string().check(z.maxLength(256))).check(z.maxLength(64))),
});

/** `POST /development-token {grants?}` → `{token}`, for this server's own page and for no other. */
export const serveDevelopmentToken = (
  app: FastifyInstance,
  { sign, port }: { sign: DevelopmentToken; port: () => number },
): void => {
  app.post(
    '/development-token',
    {
      onRequest: async ({ headers }, reply) => {
        if (isOwnPage(headers, port())) return;
        const message = 'Tokens are for the page of this server, opened under its loopback address.';
        await reply.code(403).send({ code: 'not_own_page', message });
      },
    },
    async (request, reply) => {
      const parsed = body.safeParse(request.body ?? {});
      if (!parsed.success)
        return reply.code(400).send({ code: 'bad_request', message: 'Send {"grants": ["…"]}, or {}.' });
      return reply.header('cache-control', 'no-store').send({ token: await sign(parsed.data) });
    },
  );
};
