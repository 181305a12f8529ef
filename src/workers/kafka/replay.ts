import type { Letters } from '../../application/dead-letters/letters.ts';
import type { Sift } from '../../application/ingest/sift.ts';
import type { DeadLetter } from '../../domain/ports/dead-letters.ts';
import { reporterOf } from './intake.ts';
import { sortBatch } from './sort.ts';

export interface ReplayDeps {
  readonly letters: Pick<Letters, 'open'>;
  readonly sift: Sift;
  readonly mayWrite: (tenant: string) => boolean;
}

/** taken: in the log, for the first time or since before · gone: nothing opens it any more, or only its address was kept. */
export type Replayed =
  { readonly status: 'taken' | 'gone' } | { readonly status: 'refused'; readonly code: string };

/**
 * Tries a dead letter again, as what it was: the same event of the same reporter, and so a duplicate where it was taken
 * meanwhile. It goes straight to the log; it is never written back to a topic, where it would lie in clear.
 */
export async function replay({ letters, sift, mayWrite }: ReplayDeps, letter: DeadLetter): Promise<Replayed> {
  const original = await letters.open(letter);
  if (original === undefined) return { status: 'gone' };
  const { topic, partition, offset } = letter.origin;
  const messages = [{ ...original, offset }];
  const { tenants, refused } = sortBatch({ topic, partition, messages }, mayWrite);
  for (const [tenant, events] of tenants) {
    const raw = events.map(({ event }) => event);
    const [unfit] = await sift(tenant, raw, reporterOf(topic));
    if (unfit !== undefined) return { status: 'refused', code: unfit.code };
  }
  const [still] = refused;
  return still === undefined ? { status: 'taken' } : { status: 'refused', code: still.code };
}
