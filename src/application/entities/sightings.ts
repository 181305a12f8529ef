import type { LetheError } from '../../domain/errors.ts';
import { entityValues, networkFacts, type Entity, type EntityValue } from '../../domain/entities/entity.ts';
import { assetScope, LOOKUP_SCOPE, type KeyStore } from '../../domain/ports/key-store.ts';
import { isKeyRefused } from '../vault/key-refused.ts';
import type { ReadingVault } from '../vault/vault.ts';
import { callOf, type Call, type Positioned } from './calls.ts';
import { openNetworks, type NetworkDeps } from './networks.ts';
import { tokensOf } from './tokens.ts';

export interface SightingsDeps extends NetworkDeps {
  readonly keys: Pick<KeyStore, 'readClosed'>;
  readonly vault: Pick<ReadingVault, 'openMany' | 'tokens'>;
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

/** A call of a tenant whose key is refused, or that has others waiting for it: to be asked for again. */
export interface UnseenCall {
  readonly tenant: string;
  readonly position: number;
  readonly asset: string;
  readonly subject: string;
}

export interface FoundSightings {
  readonly sightings: readonly Sighting[];
  readonly unseen: readonly UnseenCall[];
  /** How the KMS refused the last key; undefined where it refused none. */
  readonly refusal: LetheError | undefined;
}

/**
 * The entities in a stretch of the log, as keyed tokens: network parts are opened for the safety purpose, a batch at a time,
 * and forgotten again. Nothing of an asset that is erased, or was never stored. Of `waiting` tenants all calls are unseen,
 * unasked. Rejects where it is to be tried again for every tenant.
 */
export const createSightings =
  (deps: SightingsDeps) =>
  async (events: readonly Positioned[], waiting: ReadonlySet<string>): Promise<FoundSightings> => {
    const calls = Map.groupBy(events.flatMap(callOf), ({ event }) => event.tenant);
    const sightings: Sighting[] = [];
    const unseen: UnseenCall[] = [];
    let refusal: LetheError | undefined;
    for (const [tenant, made] of calls) {
      try {
        if (waiting.has(tenant)) unseen.push(...made.map(unseenOf));
        else sightings.push(...(await sightingsOf(deps, tenant, made)));
      } catch (error) {
        if (!isKeyRefused(error)) throw error;
        refusal = error;
        unseen.push(...made.map(unseenOf));
      }
    }
    return { sightings, unseen, refusal };
  };

const unseenOf = ({ event: { tenant, position }, asset, subject }: Call): UnseenCall => ({
  ...{ tenant, position, asset, subject },
});

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
