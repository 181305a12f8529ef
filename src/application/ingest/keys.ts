import type { Fault } from '../../domain/errors.ts';
import { definitionOf } from '../../domain/events/catalogue.ts';
import { assetScope, subjectScope, type KeyStore, type Scope } from '../../domain/ports/key-store.ts';
import type { Directory } from '../directory.ts';
import type { KeyGrip, Vault, WantedKey } from '../vault.ts';
import { refuse, type Item } from './batch.ts';

/** An item whose asset and subject are known by their inside names. */
export interface Placed extends Item {
  readonly asset: string | undefined;
  readonly subject: string | undefined;
  readonly time: Date;
}

export interface Keyring {
  readonly placed: readonly Placed[];
  readonly grips: ReadonlyMap<Scope, KeyGrip>;
}

/** Which scope seals an item. */
export const scopeOf = (item: Placed): Scope =>
  item.asset === undefined ? subjectScope(item.subject ?? '') : assetScope(item.asset);

interface Deps {
  readonly vault: Vault;
  readonly directory: Directory;
  readonly keys: KeyStore;
}

/**
 * Finds or makes the subject references and data keys of a batch. Refuses, before anything is stored, events of
 * assets that do not exist, belong to another user or are erased, and of deleted accounts.
 */
export async function gatherKeys(
  deps: Deps,
  tenant: string,
  items: readonly Item[],
  options: {
    readonly now: Date;
    readonly storeDefault: boolean;
    readonly assets: ReadonlyMap<number, string>;
  },
): Promise<Keyring> {
  await refuseUnknownAssets(deps, tenant, items);
  const refs = await resolveSubjects(deps, tenant, items);
  const placed = items.map(item => place(item, refs, options));
  const wanted = wantedKeys(placed, options.storeDefault);
  const grips = await deps.vault.ensureKeys(tenant, [...wanted.values()]);
  const faults = placed.flatMap(item => findFault(item, grips));
  if (faults.length > 0) throw refuse(faults);
  return { placed, grips };
}

const creates = (item: Item): boolean => definitionOf(item.incoming.type).creates;
const isAboutAsset = (item: Item): boolean => definitionOf(item.incoming.type).about === 'asset';

async function refuseUnknownAssets({ keys }: Deps, tenant: string, items: readonly Item[]): Promise<void> {
  const made = new Set(items.filter(creates).map(({ incoming }) => incoming.asset));
  const followUps = items.filter(
    item => isAboutAsset(item) && !creates(item) && !made.has(item.incoming.asset),
  );
  if (followUps.length === 0) return;
  const scopes = new Set(followUps.flatMap(({ incoming }) => incoming.asset ?? []).map(assetScope));
  const rows = await keys.readDataKeys(tenant, [...scopes]);
  const known = new Set(rows.map(({ scope }) => scope));
  const faults = followUps
    .filter(({ incoming }) => incoming.asset === undefined || !known.has(assetScope(incoming.asset)))
    .map(({ index }) => ({ index, code: 'asset-not-found', field: 'subject', message: 'no such asset' }));
  if (faults.length > 0) throw refuse(faults);
}

/** References of all users named; only an event that brings something into being makes a new one. */
async function resolveSubjects(
  { directory }: Deps,
  tenant: string,
  items: readonly Item[],
): Promise<ReadonlyMap<string, string>> {
  const make = new Set<string>();
  const find = new Set<string>();
  for (const item of items) {
    const { outsideSubject } = item.incoming;
    if (outsideSubject === undefined) continue;
    (creates(item) || !isAboutAsset(item) ? make : find).add(outsideSubject);
  }
  const refs = new Map(await directory.resolve(tenant, [...make]));
  for (const outside of find) {
    if (refs.has(outside)) continue;
    const ref = await directory.find(tenant, outside);
    if (ref !== undefined) refs.set(outside, ref);
  }
  return refs;
}

function place(
  item: Item,
  refs: ReadonlyMap<string, string>,
  options: { readonly now: Date; readonly assets: ReadonlyMap<number, string> },
): Placed {
  const { incoming } = item;
  return {
    ...item,
    asset: isAboutAsset(item) ? (incoming.asset ?? options.assets.get(item.index)) : undefined,
    subject: incoming.outsideSubject === undefined ? undefined : refs.get(incoming.outsideSubject),
    time: incoming.time ?? options.now,
  };
}

function wantedKeys(placed: readonly Placed[], storeDefault: boolean): Map<Scope, WantedKey> {
  const wanted = new Map<Scope, WantedKey>();
  for (const item of placed) {
    const scope = scopeOf(item);
    if (!wanted.has(scope)) {
      const stored = item.asset === undefined || (item.incoming.clear['store'] ?? storeDefault) !== false;
      const subject = item.asset === undefined ? null : (item.subject ?? null);
      wanted.set(scope, { scope, subject, createdAt: item.time, store: stored });
    }
    if (item.subject === undefined) continue;
    const own = subjectScope(item.subject);
    if (!wanted.has(own)) wanted.set(own, { scope: own, subject: null, createdAt: item.time, store: true });
  }
  return wanted;
}

function findFault(item: Placed, grips: ReadonlyMap<Scope, KeyGrip>): Fault[] {
  const { index, incoming } = item;
  const grip = grips.get(scopeOf(item));
  if (item.asset !== undefined && grip?.status === 'erased') {
    return [
      { index, code: 'asset-erased', field: 'subject', message: 'the asset is erased; use another id' },
    ];
  }
  if (item.asset !== undefined && incoming.outsideSubject !== undefined && grip?.subject !== item.subject) {
    return [
      {
        index,
        code: 'asset-subject-mismatch',
        field: 'data.subject',
        message: 'the asset belongs to another user',
      },
    ];
  }
  const account = item.subject === undefined ? undefined : grips.get(subjectScope(item.subject));
  if (account !== undefined && (account.status === 'erased' || account.state === 'hidden')) {
    return [{ index, code: 'account-deleted', field: 'data.subject', message: 'the account is deleted' }];
  }
  return [];
}
