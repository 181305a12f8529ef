import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { LOG_ROLES, MUTABLE, published } from './log-access.ts';

const isGiven = (value: number | undefined): boolean => value !== undefined;

/** Nothing is not zero: `?index=` names no leaf. */
const count = z.preprocess(
  text => (typeof text === 'string' && text.trim() === '' ? NaN : text),
  z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
);
const proofQuery = z
  .strictObject({
    position: count.optional().meta({ description: 'of an event in the log: proves that it is in the tree' }),
    index: count.optional().meta({ description: 'of a leaf, in place of its position' }),
    size: count.optional().meta({ description: 'of the tree; the newest checkpoint where it is absent' }),
    from: count.optional().meta({ description: 'size of an older tree: proves that a newer one extends it' }),
    to: count
      .optional()
      .meta({ description: 'size of the newer tree; the newest checkpoint where it is absent' }),
  })
  .refine(asked => [asked.position, asked.index, asked.from].filter(isGiven).length <= 1, {
    error: 'name one of position, index and from: each asks for another proof',
    path: ['from'],
  })
  .refine(({ from, size, to }) => !isGiven(from === undefined ? to : size), {
    error: 'size goes with position or index, to goes with from',
    path: ['size'],
  });
const hashes = z.array(z.base64());
const inclusion = z.object({ index: z.int(), size: z.int(), proof: hashes, checkpoint: z.string() });
const consistency = z.object({ from: z.int(), to: z.int(), proof: hashes, checkpoint: z.string() });

/** Proofs for who does not want to compute them from tiles. */
export const logProofRoutes =
  ({ transparency }: Pick<Services, 'transparency'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants/:tenant/log/proof',
      {
        config: { roles: LOG_ROLES },
        schema: {
          tags: ['log'],
          summary: 'Inclusion proof of an event, or consistency proof between two trees (RFC 6962)',
          params: tenantParams,
          querystring: proofQuery,
          response: { 200: z.union([inclusion, consistency]) },
        },
      },
      async ({ params: { tenant }, query: { position, index, size, from, to } }, reply) => {
        void reply.header('cache-control', MUTABLE);
        if (from !== undefined) {
          const { size: signed, note: checkpoint } = await published(transparency.recent(tenant, to ?? from));
          const newer = to ?? signed;
          const proof = await transparency.consistency(tenant, from, within(newer, signed));
          return { from, to: newer, proof: proof.map(base64), checkpoint };
        }
        const leaf =
          index ?? (position === undefined ? undefined : await transparency.indexOf(tenant, position));
        if (leaf === undefined) throw nothingToProve(position);
        const { size: signed, note: checkpoint } = await published(
          transparency.recent(tenant, size ?? leaf + 1),
        );
        const tree = size ?? signed;
        const proof = await transparency.inclusion(tenant, leaf, within(tree, signed));
        return { index: leaf, size: tree, proof: proof.map(base64), checkpoint };
      },
    );
  };

const base64 = (hash: Buffer): string => hash.toString('base64');

/** Only what was signed is proven. */
function within(size: number, signed: number): number {
  if (size > signed)
    throw new LetheError('proof-out-of-range', `the newest checkpoint covers ${signed} leaves`);
  return size;
}

const nothingToProve = (position: number | undefined): LetheError =>
  position === undefined
    ? new LetheError('invalid-request', 'name a position or an index, or the size of an older tree in from', {
        faults: [
          {
            field: 'position',
            code: 'invalid-field',
            message: 'a log position, unless index or from is there',
          },
        ],
      })
    : new LetheError('leaf-not-found', 'the tree of the tenant has no leaf of that position yet');
