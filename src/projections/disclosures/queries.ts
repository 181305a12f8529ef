import type { DisclosureGround, DisclosureKind } from '../../domain/events/disclosure-events.ts';
import type { Db } from '../runner/view.ts';

export interface DisclosureRow {
  readonly disclosure: string;
  readonly madeAt: Date;
  readonly recipient: string;
  readonly kind: DisclosureKind;
  readonly ground: DisclosureGround;
  readonly authority: string | null;
  readonly nda: string | null;
  readonly redacted: boolean;
  readonly categories: readonly string[];
  readonly cohort: number | null;
  /** Policy version in force. */
  readonly policy: number;
  readonly position: number;
}

export interface SubprocessorChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'moved';
  readonly region: string | null;
  readonly effective: Date;
  readonly announcedAt: Date;
  readonly position: number;
}

export interface TermsRow {
  readonly proposal: string;
  readonly contract: string;
  readonly proposedBy: string;
  readonly proposedAt: Date | null;
  readonly approvedBy: string | null;
  readonly negotiatedAt: Date | null;
  readonly position: number;
}

const DISCLOSURES = `
  select disclosure, made_at as "madeAt", recipient, kind, ground, authority, nda, redacted, categories, cohort, policy,
         position
  from view_disclosures.disclosures`;

/** A page of the register, newest first; `cursor` is the position of the last one of the page before. */
export async function listDisclosures(
  db: Db,
  tenant: string,
  { cursor, limit }: { readonly cursor?: number | undefined; readonly limit: number },
): Promise<DisclosureRow[]> {
  const { rows } = await db.query<DisclosureRow>(
    `${DISCLOSURES} where tenant = $1 and position < coalesce($2::bigint, 9007199254740991)
     order by position desc limit $3`,
    [tenant, cursor, limit],
  );
  return rows;
}

/** The whole register, oldest first: people make its entries, so they are few. */
export async function allDisclosures(db: Db, tenant: string): Promise<DisclosureRow[]> {
  const { rows } = await db.query<DisclosureRow>(`${DISCLOSURES} where tenant = $1 order by position`, [
    tenant,
  ]);
  return rows;
}

/** Every change of the list of sub-processors, oldest first. */
export async function subprocessorChanges(db: Db, tenant: string): Promise<SubprocessorChange[]> {
  const { rows } = await db.query<SubprocessorChange>(
    `select name, change, region, effective, announced_at as "announcedAt", position
     from view_disclosures.subprocessor_changes where tenant = $1 order by position`,
    [tenant],
  );
  return rows;
}

/** Proposed and negotiated terms, oldest first. */
export async function listTerms(db: Db, tenant: string): Promise<TermsRow[]> {
  const { rows } = await db.query<TermsRow>(
    `select proposal, contract, proposed_by as "proposedBy", proposed_at as "proposedAt", approved_by as "approvedBy",
            negotiated_at as "negotiatedAt", position
     from view_disclosures.terms where tenant = $1 order by position`,
    [tenant],
  );
  return rows;
}
