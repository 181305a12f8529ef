import type { EpochRow, Survivor, SurvivorsHead } from '../../domain/ports/epoch-store.ts';
import type { RootRow } from '../../domain/ports/key-store.ts';
import { LetheError } from '../../domain/errors.ts';
import { ahead } from '../ahead.ts';
import type { EpochDeps } from './deps.ts';

const PAGE = 4_000;

/** Keeps every living key of an epoch, as it is wrapped, outside the database. Answers how many there are. */
export async function keepSurvivors(deps: EpochDeps, to: EpochRow): Promise<number> {
  const { tenant, epoch, kmsKeyId, openedAt } = to;
  const roots = await Promise.all([rootOf(deps, to, 'serving'), rootOf(deps, to, 'safety')]);
  const head: SurvivorsHead = { tenant, epoch, kmsKeyId, openedAt, roots };
  return deps.survivors.write(head, ahead(pages(deps, tenant, epoch)));
}

async function rootOf(
  { keys }: EpochDeps,
  { tenant, epoch }: EpochRow,
  purpose: RootRow['purpose'],
): Promise<RootRow> {
  const root = await keys.readRoot(tenant, epoch, purpose);
  if (root === undefined) throw new LetheError('key-missing', `no ${purpose} root of epoch ${epoch}`);
  return root;
}

async function* pages(
  { epochs }: EpochDeps,
  tenant: string,
  epoch: number,
): AsyncGenerator<readonly Survivor[]> {
  let page: readonly Survivor[] = [];
  do {
    page = await epochs.survivors(tenant, epoch, { after: page.at(-1)?.scope, limit: PAGE });
    if (page.length > 0) yield page;
  } while (page.length === PAGE);
}
