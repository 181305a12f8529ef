import type { CellProfile } from '../../../domain/cell/profile.ts';
import {
  allDisclosures,
  listTerms,
  subprocessorChanges,
  type DisclosureRow,
  type SubprocessorChange,
  type TermsRow,
} from '../../disclosures/queries.ts';
import { getTenant, type PolicyVersion, type TenantRow } from '../../policies/queries.ts';
import type { Db } from '../../runner/view.ts';
import { usageByDay, type UsageTotal } from '../../usage/query.ts';
import type { Scope } from '../scope.ts';
import { accountFacts, type AccountFacts } from './accounts.ts';
import { cellOf } from './cell.ts';
import { deletionFacts, type DeletionFacts } from './deletions.ts';
import { openingFacts, type OpeningFacts } from './openings.ts';
import { piiFacts, type PiiFacts } from './pii.ts';
import { retentionFacts, type RetentionFacts } from './retention.ts';
import { rightsFacts, type RightsFacts } from './rights.ts';
import { tallyBook, type TallyBook } from './tallies.ts';
import { trainingFacts, type TrainingFacts } from './training.ts';

type Load<T> = () => Promise<T>;

/** What the clauses ask of the views; each is queried once, and only if a clause of the pack needs it. */
export interface Facts {
  readonly now: Date;
  /** Every policy version, oldest first. */
  readonly versions: readonly PolicyVersion[];
  /** Those under which the promise was made. */
  readonly promised: readonly PolicyVersion[];
  readonly tenant: Load<TenantRow | undefined>;
  readonly cell: Load<CellProfile | undefined>;
  readonly tallies: Load<TallyBook>;
  readonly retention: Load<RetentionFacts>;
  readonly deletions: Load<DeletionFacts>;
  readonly accounts: Load<AccountFacts>;
  readonly openings: Load<OpeningFacts>;
  readonly pii: Load<PiiFacts>;
  readonly training: Load<TrainingFacts>;
  readonly rights: Load<RightsFacts>;
  readonly disclosures: Load<readonly DisclosureRow[]>;
  readonly subprocessors: Load<readonly SubprocessorChange[]>;
  readonly terms: Load<readonly TermsRow[]>;
  readonly usage: Load<readonly UsageTotal[]>;
}

export interface FactsOptions {
  readonly now: Date;
  readonly versions: readonly PolicyVersion[];
  readonly scope: Scope;
}

/** `db` is a connection of `withTenant`: its queries take turns. */
export function createFacts(db: Db, tenant: string, { now, versions, scope }: FactsOptions): Facts {
  const sla = versions.at(-1)?.policy.erasureSla ?? 'PT0S';
  return {
    now,
    versions,
    promised: scope.promised,
    tenant: once(() => getTenant(db, tenant)),
    cell: once(() => cellOf(db, tenant)),
    tallies: once(() => tallyBook(db, tenant, scope.unpromised)),
    retention: once(() => retentionFacts(db, tenant, now, versions)),
    deletions: once(() => deletionFacts(db, tenant, scope)),
    accounts: once(() => accountFacts(db, tenant, { now, sla, scope })),
    openings: once(() => openingFacts(db, tenant, scope)),
    pii: once(() => piiFacts(db, tenant)),
    training: once(() => trainingFacts(db, tenant, scope)),
    rights: once(() => rightsFacts(db, tenant, now, scope)),
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
