import type { Fault } from '../../domain/errors.ts';
import { definitionOf } from '../../domain/events/catalogue.ts';
import {
  assetScope,
  subjectScope,
  type DataKeyRow,
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
}

export interface Placing {
  readonly now: Date;
  /** Ids minted for events that name no asset, by index. */
  readonly assets: ReadonlyMap<number, string>;
}

interface Deps {
  readonly directory: Pick<Directory, 'findMany'>;
  readonly keys: Pick<KeyStore, 'readDataKeys' | 'readClosed'>;
}

/** Which scope seals an item. */
export const scopeOf = (item: Placed): Scope =>
  item.asset === undefined ? subjectScope(item.subject ?? '') : assetScope(item.asset);

export const creates = ({ incoming }: Item): boolean => definitionOf(incoming.type).creates;
export const isAboutAsset = ({ incoming }: Item): boolean => definitionOf(incoming.type).about === 'asset';

export async function surveyBatch(
  { directory, keys }: Deps,
  tenant: string,
  items: readonly Item[],
  placing: Placing,
): Promise<Survey> {
  const outsideIds = items.flatMap(({ incoming }) => incoming.outsideSubject ?? []);
  const refs = await directory.findMany(tenant, outsideIds);
  const placed = items.map(item => place(item, refs, placing));
  const subjects = new Set(placed.flatMap(({ subject }) => subject ?? []));
  const [rows, notLive] = await Promise.all([
    keys.readDataKeys(tenant, [...new Set(placed.map(scopeOf))]),
    keys.readClosed(tenant, [...subjects].map(subjectScope)),
  ]);
  const fenced = new Set(notLive.map(({ scope }) => scope));
  return {
    placed,
    rows: new Map(rows.map(row => [row.scope, row])),
    closed: new Set([...subjects].filter(subject => fenced.has(subjectScope(subject)))),
  };
}

function place(item: Item, refs: ReadonlyMap<string, string>, { now, assets }: Placing): Placed {
  const { incoming, index } = item;
  return {
    ...item,
    asset: isAboutAsset(item) ? (incoming.asset ?? assets.get(index)) : undefined,
    subject: incoming.outsideSubject === undefined ? undefined : refs.get(incoming.outsideSubject),
    time: incoming.time ?? now,
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
