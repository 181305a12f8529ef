/** Limits of what one request may carry. OpenAPI and the errors state them. */
export const LIMITS = {
  /** Characters of an opaque identifier. */
  identifierLength: 128,
  /** Characters of a tenant's own id of a user. */
  subjectLength: 256,
  /** Characters (UTF-16 units) of one content field: a prompt, an output, an inline file as Base64. */
  contentLength: 262_144,
  shortTextLength: 1_024,
  /** Assets that a generation names as its sources. */
  parents: 64,
  spans: 1_024,
  /** Assets that one signal of abuse names. */
  signalAssets: 200,
  /** Assets that one request asks about for a training run. */
  trainingAssets: 500,
  /** Assets that one hold names: its event has to fit into a leaf of the log. */
  heldAssets: 400,
  /** What one case points at: its notes are about all of it. */
  caseAssets: 300,
  caseSubjects: 100,
  caseEntities: 100,
  caseSignals: 100,
  /** Notes and entity links whose keys one event says are destroyed. */
  caseEntries: 500,
  /** Reports that wait to be built: about one user, and of one tenant in all. */
  waitingReportsOfUser: 20,
  waitingReports: 200,
  /** Events in one request. */
  batchEvents: 10_000,
  /** Bytes of one request body. */
  bodyBytes: 32 * 1024 * 1024,
  /** How far ahead of Lethe's clock a reporter's may be, milliseconds. */
  futureSkewMs: 5 * 60_000,
  pageDefault: 50,
  pageMaximum: 500,
} as const;
