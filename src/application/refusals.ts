import { LetheError } from '../domain/errors.ts';
import type { Actor } from '../domain/events/envelope.ts';
import type { Surroundings } from './context.ts';
import type { Ingest } from './ingest/requests.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

/** Refusals that a promise rests on (promises 4, 23, 32). */
const COUNTED: ReadonlySet<string> = new Set(['card-number-refused', 'out-of-region', 'attestation-missing']);
const WORKER: Actor = { kind: 'worker', id: 'refusals' };

/**
 * Counts refused events, and puts the counts on record from time to time: one event a refusal would let whoever sends
 * nonsense fill the log. What a crash takes with it is a count of things that were never stored.
 */
export interface Refusals {
  /** The ingest, with its refusals counted. */
  counting(ingest: Ingest): Ingest;
  /** Counts a refusal of somebody who showed a credential of the tenant. */
  count(tenant: string, code: string): void;
  /** Records what was counted since the last time; answers with the number of events written. */
  flush(): Promise<number>;
}

interface Deps extends Surroundings {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

interface Count {
  readonly tenant: string;
  readonly code: string;
  readonly from: Date;
  count: number;
}

export function createRefusals({ recorder, tenants, clock }: Deps): Refusals {
  const counts = new Map<string, Count>();

  const add = (tenant: string, code: string): void => {
    const key = `${tenant} ${code}`;
    const found = counts.get(key) ?? { tenant, code, from: clock.now(), count: 0 };
    found.count++;
    counts.set(key, found);
  };

  const note = (tenant: string, error: LetheError): void => {
    const codes = error.faults.length > 0 ? error.faults.map(({ code }) => code) : [error.code];
    for (const code of codes.filter(found => COUNTED.has(found))) add(tenant, code);
  };

  const record = async ({ tenant, code, from, count }: Count): Promise<void> => {
    const to = clock.now();
    const data = { code, count, from: from.toISOString(), to: to.toISOString() };
    await recorder.record(stampOf(await tenants.get(tenant)), [
      { type: 'refusals.counted', data, actor: WORKER, time: to },
    ]);
  };

  return {
    count: add,
    counting: ingest => (tenant, raw, actor) =>
      ingest(tenant, raw, actor).catch((error: unknown) => {
        if (error instanceof LetheError) note(tenant, error);
        throw error;
      }),
    flush: async () => {
      let written = 0;
      for (const [key, count] of [...counts]) {
        // Taken out first: what is refused meanwhile starts a count of its own.
        counts.delete(key);
        try {
          await record(count);
        } catch (error) {
          // An issuer of tokens may name one that was never registered: there is no record to put it on.
          if (error instanceof LetheError && error.code === 'tenant-not-found') continue;
          const meanwhile = counts.get(key)?.count ?? 0;
          counts.set(key, { ...count, count: count.count + meanwhile });
          throw error;
        }
        written++;
      }
      return written;
    },
  };
}
