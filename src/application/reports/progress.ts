/** How far a build has come, in events and rows written of those to write. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What is being built in this process; nothing of it is kept. */
export interface ReportProgress {
  readonly set: (report: string, progress: Progress) => void;
  of(report: string): Progress | undefined;
  readonly end: (report: string) => void;
}

export function createReportProgress(): ReportProgress {
  const running = new Map<string, Progress>();
  return {
    set: (report, progress) => void running.set(report, progress),
    of: report => running.get(report),
    end: report => void running.delete(report),
  };
}
