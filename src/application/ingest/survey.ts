import type { Fault } from '../../domain/errors.ts';
import { definitionOf } from '../../domain/events/catalogue.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import {
  assetScope,
  subjectScope,
  type DataKeyRow,
  type FoundSubject,
  type KeyStore,
  type Scope,
} from '../../domain/ports/key-store.ts';
import type { Directory } from '../directory.ts';
import type { Item } from './batch.ts';

/** An item whose asset and subject are known by their inside names. */
export interface Placed extends Item {
  readonly asset: string | undefined;
  /** Undefined also where the user has no reference yet. */
  readonly subject: string | undefined;
  readonly time: Date;
}

/** What the batch meets. Looking makes nothing, so that a refused batch leaves no trace. */
export interface Survey {
  readonly placed: readonly Placed[];
  /** The keys that stand for the batch's scopes. */
  readonly rows: ReadonlyMap<Scope, DataKeyRow>;
  /** Users whose account is hidden or erased. */
  readonly closed: ReadonlySet<string>;
  /** What the log has under the batch's identities; undefined where that was not asked yet. */
  readonly stored: readonly StoredEvent[] | undefined;
}

export interface Placing {
  readonly now: Date;
  /** Ids minted for events that name no asset, by index. */
  readonly assets: ReadonlyMap<number, string>;
}

interface Deps {
  readonly directory: Pick<Directory, 'findMany'>;
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
  readonly log: Pick<EventLog, 'readByIdentity'>;
}

/** Which scope seals an item. */
export const scopeOf = (item: Placed): Scope =>
  item.asset === undefined ? subjectScope(item.subject ?? '') : assetScope(item.asset);

export const creates = ({ incoming }: Item): boolean => definitionOf(incoming.type).creates;
export const isAboutAsset = ({ incoming }: Item): boolean => definitionOf(incoming.type).about === 'asset';

/** Whether the event may be the first to name its asset or its user. */
const mayIntroduce = (item: Item): boolean => creates(item) || !isAboutAsset(item);

export async function surveyBatch(
  { directory, keys, log }: Deps,
  tenant: string,
  items: readonly Item[],
  placing: Placing,
): Promise<Survey> {
  const outsideIds = items.flatMap(({ incoming }) => incoming.outsideSubject ?? []);
  const assets = items.filter(isAboutAsset).flatMap(item => assetOf(item, placing) ?? []);
  const [users, assetRows, stored] = await Promise.all([
    directory.findMany(tenant, outsideIds),
    keys.readDataKeys(tenant, [...new Set(assets)].map(assetScope)),
    items.some(mayIntroduce) ? log.readByIdentity(tenant, items.map(identityOf)) : undefined,
  ]);
  const met = new Set([...assetRows.map(({ scope }) => scope), ...(stored ?? []).map(nameOf)]);
  for (const [id, user] of await directory.findMany(tenant, introducedMeanwhile(items, users, met, placing)))
    users.set(id, user);
  const placed = items.map(item => place(item, users, placing));
  const ofUsers = placed.filter(item => !isAboutAsset(item)).flatMap(({ subject }) => subject ?? []);
  const userRows = await keys.readDataKeys(tenant, [...new Set(ofUsers)].map(subjectScope));
  const closed = [...users.values()].filter(({ state }) => state !== 'live');
  return {
    placed,
    rows: new Map([...assetRows, ...userRows].map(row => [row.scope, row])),
    closed: new Set(closed.map(({ subject }) => subject)),
    stored,
  };
}

const identityOf = ({ incoming }: Item): { source: string; sourceId: string } => ({
  source: incoming.source,
  sourceId: incoming.sourceId,
});

const nameOf = ({ source, sourceId }: ReturnType<typeof identityOf>): string => `${source}\n${sourceId}`;

/**
 * All looks go out at once. A key or an event (`met`) of a user who was a stranger to the look at users says that another request
 * has made the reference meanwhile: it is there before them.
 */
const introducedMeanwhile = (
  items: readonly Item[],
  users: ReadonlyMap<string, FoundSubject>,
  met: ReadonlySet<string>,
  placing: Placing,
): string[] =>
  items.flatMap(item => {
    const { outsideSubject } = item.incoming;
    if (outsideSubject === undefined || users.has(outsideSubject)) return [];
    const asset = isAboutAsset(item) ? assetOf(item, placing) : undefined;
    const isMet = met.has(nameOf(item.incoming)) || (asset !== undefined && met.has(assetScope(asset)));
    return isMet ? outsideSubject : [];
  });

const assetOf = ({ incoming, index }: Item, { assets }: Placing): string | undefined =>
  incoming.asset ?? assets.get(index);

function place(item: Item, users: ReadonlyMap<string, FoundSubject>, placing: Placing): Placed {
  const { outsideSubject, time } = item.incoming;
  return {
    ...item,
    asset: isAboutAsset(item) ? assetOf(item, placing) : undefined,
    subject: outsideSubject === undefined ? undefined : users.get(outsideSubject)?.subject,
    time: time ?? placing.now,
  };
}

/** Why events can't be taken: of assets that do not exist, belong to another user or are erased, and of deleted accounts. */
export function faultsOf({ placed, rows, closed }: Survey): Fault[] {
  const owners = new Map<string, string | undefined>();
  for (const item of placed) {
    if (item.asset === undefined || !creates(item) || owners.has(item.asset)) continue;
    owners.set(item.asset, item.incoming.outsideSubject);
  }
  return placed.flatMap(item => {
    if (item.subject !== undefined && closed.has(item.subject)) return accountDeleted(item);
    if (!isAboutAsset(item)) return [];
    const row = rows.get(scopeOf(item));
    if (item.asset === undefined || (row === undefined && !owners.has(item.asset))) return unknown(item);
    const { outsideSubject } = item.incoming;
    // Of an asset that the batch itself brings into being, its first event there says whose it is.
    if (row !== undefined) return faultsWith(row, item);
    return outsideSubject !== undefined && outsideSubject !== owners.get(item.asset) ? mismatch(item) : [];
  });
}

/** The same of one event whose key is at hand. */
export function faultsWith(key: Pick<DataKeyRow, 'state' | 'subject'>, item: Placed): Fault[] {
  if (item.asset === undefined) return [];
  if (key.state === 'erased') return erased(item);
  if (item.incoming.outsideSubject !== undefined && key.subject !== item.subject) return mismatch(item);
  return [];
}

const accountDeleted = ({ index }: Item): Fault[] => [
  { index, code: 'account-deleted', field: 'data.subject', message: 'the account is deleted' },
];
const unknown = ({ index }: Item): Fault[] => [
  { index, code: 'asset-not-found', field: 'subject', message: 'no such asset' },
];
const erased = ({ index }: Item): Fault[] => [
  { index, code: 'asset-erased', field: 'subject', message: 'the asset is erased; use another id' },
];
const mismatch = ({ index }: Item): Fault[] => [
  {
    index,
    code: 'asset-subject-mismatch',
    field: 'data.subject',
    message: 'the asset belongs to another user',
  },
];
