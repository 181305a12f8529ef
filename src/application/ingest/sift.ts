import { LetheError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { isPassing } from '../passing.ts';
import type { Ingest } from './requests.ts';

/** An event that could not be taken, by its place among those that came with it. */
export interface Unfit {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Takes every event that can be taken; answers with those that cannot. Rejects where trying again helps. */
export type Sift = (tenant: string, events: readonly unknown[], actor: Actor) => Promise<Unfit[]>;

interface Deps {
  readonly ingest: Ingest;
  /** Whether an error that is no LetheError is of what Lethe stands on, and not of the events. */
  readonly isOutage: (error: unknown) => boolean;
  /** Told of a defect: the event that brings it out goes to the dead letters. */
  readonly onDefect: (error: unknown) => void;
}

interface Placed {
  readonly index: number;
  readonly event: unknown;
}

/** Refusals that hold for every event of the tenant. */
const OF_TENANT: ReadonlySet<string> = new Set(['tenant-erased', 'tenant-not-found', 'tenant-offboarding']);

/** For events that come without anybody who could mend a refused batch: a fault is the faulty event's alone. */
export const createSift =
  (deps: Deps): Sift =>
  async (tenant, events, actor) => {
    const unfit: Unfit[] = [];
    const waiting: Placed[][] = [events.map((event, index) => ({ index, event }))];
    for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
      if (batch.length === 0) continue;
      const raw = batch.map(({ event }) => event);
      const refusal = await refusalOf(deps, () => deps.ingest(tenant, raw, actor));
      if (refusal === undefined) continue;
      const { found, left } = sortOut(batch, refusal);
      unfit.push(...found);
      waiting.push(...left);
    }
    return unfit.toSorted((a, b) => a.index - b.index);
  };

async function refusalOf(deps: Deps, take: () => Promise<unknown>): Promise<LetheError | undefined> {
  try {
    await take();
    return undefined;
  } catch (error) {
    if (error instanceof LetheError) {
      if (isPassing(error)) throw error;
      return error;
    }
    if (deps.isOutage(error)) throw error;
    deps.onDefect(error);
    return new LetheError('internal', 'the event could not be taken');
  }
}

/** Whose fault a refusal is, and what to try again: the first events last, since the last are taken off first. */
function sortOut(batch: readonly Placed[], refusal: LetheError): { found: Unfit[]; left: Placed[][] } {
  const { code, message, faults } = refusal;
  const faulty = new Map(faults.map(fault => [fault.index ?? -1, fault]));
  const found = batch.flatMap(({ index }, at) => {
    const fault = faulty.get(at);
    return fault === undefined ? [] : [{ index, code: fault.code, message: fault.message }];
  });
  if (found.length > 0) return { found, left: [batch.filter((_, at) => !faulty.has(at))] };
  if (batch.length === 1 || OF_TENANT.has(code))
    return { found: batch.map(({ index }) => ({ index, code, message })), left: [] };
  const half = Math.ceil(batch.length / 2);
  return { found: [], left: [batch.slice(half), batch.slice(0, half)] };
}
