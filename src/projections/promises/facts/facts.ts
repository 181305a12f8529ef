import type { CellProfile } from '../../../domain/cell/profile.ts';
import {
  allDisclosures,
  listTerms,
  subprocessorChanges,
  type DisclosureRow,
  type SubprocessorChange,
  type TermsRow,
} from '../../disclosures/queries.ts';
import { getTenant, versions, type PolicyVersion, type TenantRow } from '../../policies/queries.ts';
import type { Db } from '../../runner/view.ts';
import { usageByDay, type UsageTotal } from '../../usage/query.ts';
import { accountFacts, type AccountFacts } from './accounts.ts';
import { cellOf } from './cell.ts';
import { deletionFacts, type DeletionFacts } from './deletions.ts';
import { retentionFacts, type RetentionFacts } from './retention.ts';
import { rightsFacts, type RightsFacts } from './rights.ts';
import { tallyBook, type TallyBook } from './tallies.ts';
import { trainingFacts, type TrainingFacts } from './training.ts';

type Load<T> = () => Promise<T>;

/** What the clauses ask of the views; each is queried once, and only if a clause of the pack needs it. */
export interface Facts {
  readonly now: Date;
  readonly tenant: Load<TenantRow | undefined>;
  readonly versions: Load<readonly PolicyVersion[]>;
  readonly cell: Load<CellProfile | undefined>;
  readonly tallies: Load<TallyBook>;
  readonly retention: Load<RetentionFacts>;
  readonly deletions: Load<DeletionFacts>;
  readonly accounts: Load<AccountFacts>;
  readonly training: Load<TrainingFacts>;
  readonly rights: Load<RightsFacts>;
  readonly disclosures: Load<readonly DisclosureRow[]>;
  readonly subprocessors: Load<readonly SubprocessorChange[]>;
  readonly terms: Load<readonly TermsRow[]>;
  readonly usage: Load<readonly UsageTotal[]>;
}

/** `db` is a connection of `withTenant`: its queries take turns. */
export function createFacts(db: Db, tenant: string, now: Date): Facts {
  const policies = once(() => versions(db, tenant));
  return {
    now,
    tenant: once(() => getTenant(db, tenant)),
    versions: policies,
    cell: once(() => cellOf(db, tenant)),
    tallies: once(() => tallyBook(db, tenant)),
    retention: once(async () => retentionFacts(db, tenant, now, await policies())),
    deletions: once(() => deletionFacts(db, tenant)),
    accounts: once(() => accountFacts(db, tenant)),
    training: once(() => trainingFacts(db, tenant)),
    rights: once(() => rightsFacts(db, tenant, now)),
    disclosures: once(() => allDisclosures(db, tenant)),
    subprocessors: once(() => subprocessorChanges(db, tenant)),
    terms: once(() => listTerms(db, tenant)),
    usage: once(() => usageByDay(db, tenant)),
  };
}

function once<T>(load: Load<T>): Load<T> {
  let loading: Promise<T> | undefined;
  return () => (loading ??= load());
}
