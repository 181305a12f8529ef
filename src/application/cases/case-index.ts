/** A note or entity link whose key has to go. */
export interface DueEntry {
  readonly tenant: string;
  readonly case: string;
  readonly entry: string;
}

/** What use cases ask of the view of cases; it may lag, which only makes an expiry later. */
export interface CaseIndex {
  /** Entries of all tenants that are about something erased, or too old at `before`. */
  dueEntries(before: Date, limit: number): Promise<DueEntry[]>;
}
