import { definitionOf } from '../../domain/events/catalogue.ts';
import type { AnyEnvelope } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import { entityValues, networkFacts, type Entity, type EntityValue } from '../../domain/entities/entity.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { assetScope, LOOKUP_SCOPE, type KeyStore } from '../../domain/ports/key-store.ts';
import { isPassing } from '../passing.ts';
import type { OpenResult, ReadingVault } from '../vault/vault.ts';
import { tokensOf } from './tokens.ts';

export interface SightingsDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  readonly keys: Pick<KeyStore, 'readClosed'>;
  readonly vault: Pick<ReadingVault, 'openMany' | 'tokens'>;
  /** A network part that nobody can open, now or later. */
  readonly onSkipped: (error: LetheError, position: number) => void;
}

/** Which entities an account was seen with, when it made an asset. */
export interface Sighting {
  readonly tenant: string;
  readonly asset: string;
  readonly subject: string;
  /** As the reporter says. */
  readonly seenAt: string;
  readonly entities: readonly Entity[];
}

type Positioned = AnyEnvelope & { readonly position: number };

/** An event that made an asset and says where the call came from, or who made it. */
interface Call {
  readonly event: Positioned;
  readonly asset: string;
  readonly subject: string;
  readonly apiClient: string | undefined;
  readonly isSealed: boolean;
}

/**
 * The entities in a stretch of the log, as keyed tokens: network parts are opened for the safety purpose, a batch at a time,
 * and forgotten again. Nothing of an asset that is erased, or was never stored. Rejects where it is to be tried again.
 */
export const createSightings =
  (deps: SightingsDeps) =>
  async (events: readonly Positioned[]): Promise<Sighting[]> => {
    const calls = Map.groupBy(events.flatMap(callOf), ({ event }) => event.tenant);
    const found: Sighting[] = [];
    for (const [tenant, made] of calls) found.push(...(await sightingsOf(deps, tenant, made)));
    return found;
  };

function callOf(event: Positioned): Call[] {
  const { asset, subject, data, sealed } = event;
  if (asset === undefined || subject === undefined || !definitionOf(event.type).creates) return [];
  // `store: false` keeps a call out of everything that outlives it (promise 47).
  if ('store' in data && data.store === false) return [];
  const apiClient = 'apiClient' in data ? data.apiClient : undefined;
  const isSealed = sealed?.parts.includes('network') === true;
  return isSealed || apiClient !== undefined ? [{ event, asset, subject, apiClient, isSealed }] : [];
}

async function sightingsOf(deps: SightingsDeps, tenant: string, calls: readonly Call[]): Promise<Sighting[]> {
  const scopes = [LOOKUP_SCOPE, ...new Set(calls.map(({ asset }) => assetScope(asset)))];
  const fences = await deps.keys.readClosed(tenant, scopes);
  const gone = new Set(fences.filter(({ state }) => state !== 'hidden').map(({ scope }) => scope));
  if (gone.has(LOOKUP_SCOPE)) return [];
  const standing = calls.filter(({ asset }) => !gone.has(assetScope(asset)));
  const opened = await openNetworks(deps, tenant, standing);
  const named = standing.flatMap(call => {
    const values = valuesOf(call, opened.get(call.event.position));
    return values.length === 0 ? [] : [{ call, values }];
  });
  const tokens = await tokensOf(
    deps.vault,
    tenant,
    named.flatMap(({ values }) => values),
  );
  return named.map(({ call: { asset, subject, event }, values }) => {
    const entities = values.map(tokens);
    return { tenant, asset, subject, seenAt: event.time, entities };
  });
}

function valuesOf({ isSealed, apiClient }: Call, network: Buffer | undefined): EntityValue[] {
  if (!isSealed) return entityValues({}, apiClient);
  // Erased since the fences were read, or damaged: the client goes with the rest of the call.
  if (network === undefined) return [];
  return entityValues(networkFacts.parse(JSON.parse(network.toString('utf8'))), apiClient);
}

interface Sealed {
  readonly position: number;
  readonly request: Parameters<ReadingVault['openMany']>[2][number];
}

async function openNetworks(
  deps: SightingsDeps,
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
  { vault, onSkipped }: SightingsDeps,
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
