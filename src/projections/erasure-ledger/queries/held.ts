/** SQL: an unexpired, unreleased hold covers the asset or the subject. `now` names the parameter with the time. */
export const heldSql = (asset: string, subject: string, tenant: string, now: string): string => `(
  exists (select from view_erasure_ledger.holds h
          where h.tenant = ${tenant} and h.subject = ${subject} and ${active(now)})
  or exists (select from view_erasure_ledger.hold_assets x
             join view_erasure_ledger.holds h on h.tenant = x.tenant and h.hold = x.hold
             where x.tenant = ${tenant} and x.asset = ${asset} and ${active(now)}))`;

const active = (now: string): string =>
  `h.released_at is null and (h.expires_at is null or h.expires_at > ${now})`;

/**
 * SQL: until when holds have kept the asset of row `a` beyond its date; null where none did. A hold that is only asked for
 * preserves already; one that came when date and SLA had passed excuses nothing. `sla` is an interval, `now` names the
 * parameter with the time.
 */
export const heldUntilSql = (a: string, sla: string, now: string): string => `(
  select case when bool_or(h.begins <= date_add(${a}.erase_at, ${sla}, 'UTC')) then max(h.ends) end
  from (
    select least(requested_at, placed_at) as begins, coalesce(least(released_at, expires_at), 'infinity') as ends
    from view_erasure_ledger.holds h
    where h.tenant = ${a}.tenant and (h.subject = ${a}.subject or exists (
      select from view_erasure_ledger.hold_assets x
      where x.tenant = ${a}.tenant and x.asset = ${a}.asset and x.hold = h.hold))
  ) h
  where h.begins <= coalesce(${a}.erased_at, ${now}) and h.ends >= ${a}.erase_at)`;
