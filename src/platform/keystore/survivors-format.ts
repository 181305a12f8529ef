import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import type { Survivor, SurvivorsHead } from '../../domain/ports/epoch-store.ts';

const bytes = z.base64().transform(text => Buffer.from(text, 'base64'));
const instant = z.iso.datetime({ precision: 3 }).transform(text => new Date(text));

const head = z.object({
  format: z.literal('lethe-survivors/1'),
  tenant: z.guid(),
  epoch: z.int().positive(),
  kmsKeyId: z.string(),
  openedAt: instant,
  roots: z.array(z.object({ purpose: z.enum(['serving', 'safety']), wrapped: bytes })),
});

const survivor = z.tuple([z.string(), z.guid(), bytes, bytes.nullable(), instant.nullable()]);

/** The last line: what came before it, counted and hashed (SHA-256, hex, over every byte before this line). */
const foot = z.object({ keys: z.int().nonnegative(), sha256: z.hex().length(64) });
export type SurvivorsFoot = z.infer<typeof foot>;

export const damaged = (cause?: unknown): LetheError =>
  new LetheError('survivors-damaged', 'a survivors file is not whole: restore it from its mirror', { cause });

function parsed<T extends z.ZodType>(schema: T, line: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw damaged(error);
  }
}

export const headLine = ({ roots, openedAt, ...rest }: SurvivorsHead): string =>
  `${JSON.stringify({
    format: 'lethe-survivors/1',
    ...rest,
    openedAt: openedAt.toISOString(),
    roots: roots.map(({ purpose, wrapped }) => ({ purpose, wrapped: wrapped.toString('base64') })),
  })}\n`;

export const survivorLine = ({ scope, keyId, safety, serving, hiddenAt }: Survivor): string =>
  `${JSON.stringify([scope, keyId, safety?.toString('base64'), serving?.toString('base64') ?? null, hiddenAt])}\n`;

export const footLine = (value: SurvivorsFoot): string => `${JSON.stringify(value)}\n`;

export function parseHead(line: string): SurvivorsHead {
  const { tenant, epoch, kmsKeyId, openedAt, roots } = parsed(head, line);
  return { tenant, epoch, kmsKeyId, openedAt, roots };
}

export function parseSurvivor(line: string): Survivor {
  const [scope, keyId, safety, serving, hiddenAt] = parsed(survivor, line);
  return { scope, keyId, safety, serving, hiddenAt };
}

export const parseFoot = (line: string): SurvivorsFoot => parsed(foot, line);
