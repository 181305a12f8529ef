import type { Accounts } from '../application/accounts.ts';
import type { Assets, ReadPurpose } from '../application/assets.ts';
import type { Credentials } from '../application/credential-service.ts';
import type { Deletions } from '../application/deletions.ts';
import type { Directory } from '../application/directory.ts';
import type { Holds } from '../application/holds.ts';
import type { Ingest } from '../application/ingest/requests.ts';
import type { Tenants } from '../application/tenants.ts';
import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import type { AuditEntry, AuditFilter, AuditPage } from '../projections/audit-trail/query.ts';
import type { PolicyVersion } from '../projections/policies/queries.ts';
import type { UsagePeriod, UsageTotal } from '../projections/usage/query.ts';

/** The use cases and views that the routes call. */
export interface Services {
  readonly tenants: Tenants;
  readonly credentials: Credentials;
  readonly ingest: Ingest;
  readonly assets: Assets;
  readonly userView: UserView;
  readonly deletions: Deletions;
  readonly accounts: Accounts;
  readonly holds: Holds;
  readonly directory: Pick<Directory, 'find'>;
  readonly records: Records;
}

/** Who reads personal data, and for what: on record before any of it leaves. */
export interface PersonalRead {
  readonly actor: Actor;
  readonly purpose: ReadPurpose;
}

/** An asset as its user sees it; more fields may stand beside these. */
export interface ShownAsset {
  readonly asset: string;
  readonly [field: string]: unknown;
}

export interface ShownPage {
  readonly assets: readonly ShownAsset[];
  /** Continues after this page; absent on the last one. */
  readonly next?: string | undefined;
}

export interface ViewQuery {
  readonly cursor: string | undefined;
  readonly limit: number;
  /** Words that the opened content must hold. */
  readonly search: string | undefined;
}

/** The end user's own assets. Lists put the read on record; what is hidden, withheld or erased is left out. */
export interface UserView {
  page(tenant: string, subject: string, query: ViewQuery, read: PersonalRead): Promise<ShownPage>;
  /** Everything that is visible, in batches, with its content. */
  export(tenant: string, subject: string, read: PersonalRead): AsyncIterable<readonly ShownAsset[]>;
  /** Without content. Throws `asset-not-found`, `asset-deleted`, `asset-erased` with the proof. */
  describe(tenant: string, asset: string, owner: string | undefined): Promise<ShownAsset>;
}

export interface DeletionRequestRecord {
  readonly id: string;
  /** Absent: the whole account. */
  readonly asset?: string | undefined;
  /** Inside reference. */
  readonly subject: string | null;
  readonly state: 'requested' | 'hidden' | 'held' | 'erased' | 'beyond-backup';
  readonly hiddenAt: Date | null;
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
  readonly certificate: unknown;
  readonly [field: string]: unknown;
}

/** What the views know, one tenant at a time. */
export interface Records {
  audit(tenant: string, filter: AuditFilter, page: AuditPage): Promise<AuditEntry[]>;
  usage(tenant: string, period: UsagePeriod): Promise<UsageTotal[]>;
  policyVersions(tenant: string): Promise<PolicyVersion[]>;
  /** Undefined where there is none of that id. */
  deletionRequest(tenant: string, id: string): Promise<DeletionRequestRecord | undefined>;
  /** Newest first; `subject` narrows it to one user's. */
  deletionRequests(
    tenant: string,
    query: {
      readonly cursor: string | undefined;
      readonly limit: number;
      readonly subject: string | undefined;
    },
  ): Promise<{ readonly requests: readonly DeletionRequestRecord[]; readonly next?: string | undefined }>;
  /** Puts it on record that records were read. */
  viewed(
    tenant: string,
    read: { readonly actor: Actor; readonly records: EventData<'records.viewed'>['records'] },
  ): Promise<void>;
}
