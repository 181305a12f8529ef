import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { PutAside } from '../../domain/ports/put-aside.ts';
import type { Attempts } from '../attempts.ts';
import { lookThrough, type LookDeps, type Refusals } from './look.ts';

export interface AsideDeps extends LookDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  /** What waits for a tenant's key; nothing of a tenant whose key opens. */
  readonly aside: PutAside;
  /** At what is put aside, tenant by tenant. */
  readonly attempts: Attempts;
}

export interface AsideRound {
  /** Whether there was as much of a tenant as one round takes, and it could be looked into. */
  readonly isFull: boolean;
  readonly flags: number;
  /** Events that wait, as far as they have been counted: of a tenant when it was last refused. */
  readonly waiting: number;
}

/** Looks again at what is put aside, up to `limit` events a tenant; of those who want it no more it is dropped. */
export type LookAgain = (wanting: ReadonlySet<string>, limit: number) => Promise<AsideRound>;

/**
 * Events leave when their flags are durable, or when there is nothing left to look into, which the key rows say without the
 * KMS: a crash in between repeats flags under the same identities. The first `limit` of a refused tenant are held against
 * the key rows, so what is erased behind them goes when they do.
 */
export function createLookAgain(deps: AsideDeps, refusals: Refusals): LookAgain {
  const { log, aside, attempts } = deps;
  const waiting = new Map<string, number>();

  const again = async (tenant: string, isWanted: boolean, limit: number): Promise<Looking> => {
    const positions = await aside.first(tenant, limit);
    const events = isWanted ? await log.readAt(positions) : [];
    refusals.delete(tenant);
    const { flags, refused } = await lookThrough(deps, events, refusals);
    const left = new Set(refused.map(({ position }) => position));
    await aside.remove(
      tenant,
      positions.filter(position => !left.has(position)),
    );
    if (left.size > 0) waiting.set(tenant, await aside.count(tenant));
    else waiting.delete(tenant);
    return { flags, isFull: positions.length === limit };
  };

  return async (wanting, limit) => {
    let [flags, isFull] = [0, false];
    for (const tenant of await aside.tenants()) {
      const work = async (): Promise<void> => {
        const looked = await again(tenant, wanting.has(tenant), limit);
        flags += looked.flags;
        const refusal = refusals.get(tenant);
        if (refusal !== undefined) throw stillRefused(waiting.get(tenant) ?? 0, refusal);
        isFull ||= looked.isFull;
      };
      await attempts.of(tenant, work);
    }
    return { flags, isFull, waiting: [...waiting.values()].reduce((sum, count) => sum + count, 0) };
  };
}

type Looking = Pick<AsideRound, 'flags' | 'isFull'>;

const stillRefused = (events: number, { cause }: LetheError): LetheError =>
  new LetheError(
    'kms-unavailable',
    `${events} events wait for the tenant's key to be looked through for PII`,
    {
      cause,
    },
  );
