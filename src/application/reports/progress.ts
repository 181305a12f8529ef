/** How far a build has come, in events and rows written of those to write. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What is being built, by whichever process; nothing of it is kept. */
export interface ReportProgress {
  readonly set: (report: string, progress: Progress) => void;
  of(report: string): Progress | undefined;
}
