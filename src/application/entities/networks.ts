import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { assetScope } from '../../domain/ports/key-store.ts';
import { isPassing } from '../passing.ts';
import type { OpenResult, ReadingVault } from '../vault/vault.ts';
import type { Call } from './calls.ts';

export interface NetworkDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  readonly vault: Pick<ReadingVault, 'openMany'>;
  /** A network part that nobody can open, now or later. */
  readonly onSkipped: (error: LetheError, position: number) => void;
}

interface Sealed {
  readonly position: number;
  readonly request: Parameters<ReadingVault['openMany']>[2][number];
}

/** The network parts of one tenant's calls, by position; what is erased or damaged is left out. */
export async function openNetworks(
  deps: NetworkDeps,
  tenant: string,
  calls: readonly Call[],
): Promise<ReadonlyMap<number, Buffer>> {
  const byPosition = new Map(
    calls.filter(({ isSealed }) => isSealed).map(call => [call.event.position, call]),
  );
  if (byPosition.size === 0) return new Map();
  const sealed = (await deps.log.readAt([...byPosition.keys()])).flatMap(
    ({ position, sealed: blob }): Sealed[] => {
      const call = byPosition.get(position);
      if (call === undefined || blob === null) return [];
      const request = {
        scope: assetScope(call.asset),
        eventId: call.event.id,
        part: 'network',
        blob,
      } as const;
      return [{ position, request }];
    },
  );
  const results = await openAll(deps, tenant, sealed);
  const opened = new Map<number, Buffer>();
  sealed.forEach(({ position }, index) => {
    const result = results[index];
    if (result?.status === 'opened') opened.set(position, result.bytes);
  });
  return opened;
}

/** One damaged part must not hold up all others: what a batch refuses for good is asked for one by one. */
async function openAll(
  { vault, onSkipped }: NetworkDeps,
  tenant: string,
  sealed: readonly Sealed[],
): Promise<(OpenResult | undefined)[]> {
  const open = (some: readonly Sealed[]): Promise<OpenResult[]> =>
    vault.openMany(
      tenant,
      'safety',
      some.map(({ request }) => request),
    );
  try {
    return await open(sealed);
  } catch (error) {
    if (!isLasting(error)) throw error;
  }
  const results: (OpenResult | undefined)[] = [];
  for (const one of sealed) {
    try {
      results.push(...(await open([one])));
    } catch (error) {
      if (!isLasting(error)) throw error;
      onSkipped(error, one.position);
      results.push(undefined);
    }
  }
  return results;
}

const isLasting = (error: unknown): error is LetheError => error instanceof LetheError && !isPassing(error);
