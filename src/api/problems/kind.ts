/** One way a request can fail: HTTP status, a title that never changes, and what the caller should mend. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly mend: string;
  /** Seconds after which trying again may help. */
  readonly retryAfter?: number;
}

export const kind = (status: number, title: string, mend: string): ProblemKind => ({ status, title, mend });

/** 503: nothing is wrong with the request. */
export const later = (retryAfter: number, title: string, mend: string): ProblemKind => ({
  ...kind(503, title, mend),
  retryAfter,
});
