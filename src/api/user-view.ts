import type { Pool } from 'pg';
import type { AssetContent } from '../application/asset-content.ts';
import type { Assets } from '../application/assets.ts';
import type { Freshness } from '../application/freshness.ts';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import {
  listAssets,
  type AssetCursor,
  type ListedAsset,
} from '../projections/user-assets/queries/list-assets.ts';
import { describeAsset } from './described-asset.ts';
import type { PersonalRead, ShownAsset, ShownPage, UserView, ViewQuery } from './services.ts';

interface Deps {
  /** Pool of the role lethe_reader: row level security and no safety wraps. */
  readonly reader: Pool;
  readonly assets: Pick<Assets, 'contentIfVisible'>;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly freshness: Pick<Freshness, 'settled'>;
}

/** Whose view. */
interface Own {
  readonly tenant: string;
  readonly subject: string;
}

type OpenedAsset = ShownAsset & Pick<AssetContent, 'contents'>;

/** Assets that one search request opens at most; the cursor carries it on. */
const SEARCHED_AT_ONCE = 500;
const EXPORTED_AT_ONCE = 100;

/** The end user's own assets: listed from the view, fenced by the keys, opened at read time, each read on record. */
export const createUserView = (deps: Deps): UserView => ({
  page: async (tenant, subject, query, read) =>
    query.search === undefined
      ? listPage(deps, { tenant, subject }, query, read)
      : searchPage(deps, { tenant, subject }, { ...query, search: query.search.toLowerCase() }, read),
  export: (tenant, subject, read) => exportAll(deps, { tenant, subject }, read),
  describe: async (tenant, asset, owner) => {
    await deps.freshness.settled(tenant);
    return describeAsset(deps.reader, tenant, asset, owner);
  },
});

async function listPage(deps: Deps, own: Own, query: ViewQuery, read: PersonalRead): Promise<ShownPage> {
  const [rows] = await Promise.all([
    list(deps, own, query.cursor, query.limit + 1),
    recordRead(deps, own, read),
  ]);
  const shown = rows.slice(0, query.limit);
  return { assets: shown.map(shownAsset), ...nextAfter(shown, rows.length > query.limit) };
}

async function searchPage(
  deps: Deps,
  own: Own,
  { search, cursor, limit }: ViewQuery & { readonly search: string },
  read: PersonalRead,
): Promise<ShownPage> {
  await recordRead(deps, own, read);
  const rows = await list(deps, own, cursor, SEARCHED_AT_ONCE);
  const found: ShownAsset[] = [];
  for (const row of rows) {
    const opened = await open(deps, own, row);
    if (opened !== undefined && mentions(opened, search)) found.push(opened);
    if (found.length === limit) return { assets: found, next: row };
  }
  return { assets: found, ...nextAfter(rows, rows.length === SEARCHED_AT_ONCE) };
}

async function* exportAll(deps: Deps, own: Own, read: PersonalRead): AsyncGenerator<ShownAsset[]> {
  await recordRead(deps, own, read);
  let cursor: AssetCursor | undefined;
  do {
    const rows = await list(deps, own, cursor, EXPORTED_AT_ONCE);
    const batch: ShownAsset[] = [];
    for (const row of rows) {
      const opened = await open(deps, own, row);
      if (opened !== undefined) batch.push(opened);
    }
    yield batch;
    cursor = nextAfter(rows, rows.length === EXPORTED_AT_ONCE).next;
  } while (cursor !== undefined);
}

async function list(
  { reader, freshness }: Deps,
  { tenant, subject }: Own,
  cursor: AssetCursor | undefined,
  limit: number,
): Promise<ListedAsset[]> {
  await freshness.settled(tenant);
  return withTenant(reader, tenant, db => listAssets(db, tenant, subject, { cursor, limit }));
}

/** The content, unless it went meanwhile: the list may be a moment old, the key never is. */
async function open(
  { assets }: Deps,
  { tenant, subject }: Own,
  row: ListedAsset,
): Promise<OpenedAsset | undefined> {
  const opened = await assets.contentIfVisible(tenant, row.asset, subject);
  return opened === undefined ? undefined : { ...shownAsset(row), contents: opened.contents };
}

async function recordRead(deps: Deps, own: Own, { actor, purpose }: PersonalRead): Promise<void> {
  const stamp = stampOf(await deps.tenants.get(own.tenant));
  const time = deps.clock.now();
  const { subject } = own;
  await deps.recorder.record(stamp, [{ type: 'subject.viewed', data: { purpose }, actor, time, subject }]);
}

const shownAsset = (row: ListedAsset): ShownAsset => ({ ...row, status: 'visible' });

const mentions = ({ contents }: OpenedAsset, wanted: string): boolean =>
  contents.some(({ content }) =>
    Object.values(content).some(value => typeof value === 'string' && value.toLowerCase().includes(wanted)),
  );

function nextAfter(rows: readonly ListedAsset[], more: boolean): Pick<ShownPage, 'next'> {
  const last = rows.at(-1);
  return more && last !== undefined ? { next: last } : {};
}
