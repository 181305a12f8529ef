/** `no-evidence`: nothing that the clause speaks of has happened yet. Want of data is never `holds`. */
export type ClauseStatus = 'holds' | 'broken' | 'no-evidence';

/** One promise of the tenant's pack, as measured from the log (promises.md). */
export interface ClauseResult {
  /** Row of promises.md, 1 to 49. */
  readonly number: number;
  /** Pack letter and number, such as `N-9`. */
  readonly id: string;
  readonly promise: string;
  readonly status: ClauseStatus;
  readonly numbers: Readonly<Record<string, number | string | null>>;
  /** One sentence that says what was measured and what came of it; nothing personal. */
  readonly evidence: string;
  /** Log position up to which the numbers count. */
  readonly position: number;
  /** RFC 3339, UTC: when the clause was evaluated. */
  readonly at: string;
}
