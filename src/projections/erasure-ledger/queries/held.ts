/** SQL: an unexpired, unreleased hold covers the asset or the subject. `now` names the parameter with the time. */
export const heldSql = (asset: string, subject: string, tenant: string, now: string): string => `(
  exists (select from view_erasure_ledger.holds h
          where h.tenant = ${tenant} and h.subject = ${subject} and ${active(now)})
  or exists (select from view_erasure_ledger.hold_assets x
             join view_erasure_ledger.holds h on h.tenant = x.tenant and h.hold = x.hold
             where x.tenant = ${tenant} and x.asset = ${asset} and ${active(now)}))`;

const active = (now: string): string =>
  `h.released_at is null and (h.expires_at is null or h.expires_at > ${now})`;
