import type { RuleSettings } from '../application/abuse/rule-settings.ts';
import type { Accounts } from '../application/accounts.ts';
import type { Assets, ReadPurpose } from '../application/assets.ts';
import type { CaseAccess } from '../application/cases/access.ts';
import type { Cases } from '../application/cases/cases.ts';
import type { Certificates } from '../application/certificates/certificates.ts';
import type { Credentials } from '../application/credential-service.ts';
import type { CrossTenantKeys } from '../application/cross-tenant-keys.ts';
import type { Deletions } from '../application/deletions.ts';
import type { Directory } from '../application/directory.ts';
import type { DataRequests } from '../application/dsr/data-requests.ts';
import type { Disclosures } from '../application/disclosures.ts';
import type { Holds } from '../application/holds.ts';
import type { Ingest } from '../application/ingest/requests.ts';
import type { Offboardings } from '../application/offboarding/offboarding.ts';
import type { Standings } from '../application/offboarding/standing.ts';
import type { Purposes } from '../application/purposes.ts';
import type { Reports } from '../application/reports/reports.ts';
import type { Tenants } from '../application/tenants.ts';
import type { Terms } from '../application/terms.ts';
import type { Transparency } from '../application/transparency/transparency.ts';
import type { Training } from '../application/training.ts';
import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import type { AbuseViews } from './abuse-views.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { CaseFiles } from './case-files.ts';
import type { HoldSight } from './hold-sight.ts';
import type { SignalSight } from './signal-sight.ts';
import type { DataRequestPage, DataRequestRow } from '../projections/data-requests/queries.ts';
import type { PolicyVersion } from '../projections/policies/queries.ts';
import type { UsagePeriod, UsageTotal } from '../projections/usage/query.ts';
import type { Register } from './register.ts';
import type { AssetCursor } from '../projections/user-assets/queries/list-assets.ts';

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
  readonly holdSight: HoldSight;
  readonly cases: Cases;
  readonly caseAccess: CaseAccess;
  readonly caseFiles: CaseFiles;
  readonly directory: Pick<Directory, 'find'>;
  readonly records: Records;
  readonly audit: AuditTrail;
  readonly abuse: AbuseViews;
  readonly ruleSettings: RuleSettings;
  readonly signalSight: SignalSight;
  readonly crossTenantKeys: CrossTenantKeys;
  readonly transparency: Transparency;
  /** Verifier keys of those who cosign the log, and how many of them have to. */
  readonly witnesses: { keys: string[]; quorum: number };
  readonly reports: Reports;
  readonly certificates: Certificates;
  readonly register: Register;
  readonly disclosures: Disclosures;
  readonly terms: Terms;
  readonly dataRequests: DataRequests;
  /** From the view, newest first. */
  readonly dataRequestList: (tenant: string, page: Omit<DataRequestPage, 'now'>) => Promise<DataRequestRow[]>;
  readonly training: Training;
  readonly purposes: Purposes;
  readonly offboardings: Offboardings;
  /** Whether a tenant is open, being offboarded, or erased. */
  readonly standings: Pick<Standings, 'of'>;
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
  /** Where the next page begins; absent on the last one. */
  readonly next?: AssetCursor | undefined;
}

export interface ViewQuery {
  readonly cursor: AssetCursor | undefined;
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
  usage(tenant: string, period: UsagePeriod): Promise<UsageTotal[]>;
  policyVersions(tenant: string): Promise<PolicyVersion[]>;
  /** Undefined where there is none of that id. */
  deletionRequest(tenant: string, id: string): Promise<DeletionRequestRecord | undefined>;
  /** Newest first; `subject` narrows it to one user's. */
  deletionRequests(
    tenant: string,
    query: {
      /** Log position of the last request shown. */
      readonly cursor: number | undefined;
      readonly limit: number;
      readonly subject: string | undefined;
    },
  ): Promise<{ readonly requests: readonly DeletionRequestRecord[]; readonly next?: number | undefined }>;
  /** Puts it on record that records were read. */
  viewed(
    tenant: string,
    read: { readonly actor: Actor; readonly records: EventData<'records.viewed'>['records'] },
  ): Promise<void>;
}
