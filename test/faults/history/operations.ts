/** From when an operation was asked for to when its answer was there: milliseconds of one clock for the whole history. */
export interface Span {
  readonly client: string;
  /** Infinity where no answer came: it may have had its effect, or have it yet. */
  readonly begun: number;
  readonly ended: number;
}

/** An asset that is reported, until it is taken. The same event sent again is the same append. */
export interface Append extends Span {
  readonly kind: 'append';
  /** Of the event, as its source named it. */
  readonly id: string;
  readonly asset: string;
  readonly subject: string;
  readonly content: string;
  /** In the log, as it was acknowledged. */
  readonly position: number | undefined;
}

export interface Deletion extends Span {
  readonly kind: 'deletion';
  readonly asset: string;
  /** From when on it may be erased, where the answer said so: milliseconds since 1970. */
  readonly eraseAt: number | undefined;
}

/** One asset, read without a tale of positions: it shows what it holds, or that there is nothing. */
export interface Read extends Span {
  readonly kind: 'read';
  readonly asset: string;
  readonly shown: string | undefined;
}

/** All assets of a user, from views that had reached everything that was acknowledged when it began. */
export interface Listing extends Span {
  readonly kind: 'listing';
  readonly subject: string;
  readonly shown: readonly string[];
}

export type Operation = Append | Deletion | Read | Listing;

/** What the checker reads of an event of the log. */
export interface Fact {
  readonly position: number;
  readonly type: string;
  readonly id: string;
  readonly asset: string | undefined;
  /** Milliseconds since 1970, by the log's clock. */
  readonly at: number;
}

export interface History {
  readonly operations: readonly Operation[];
  /** The whole log, in its order, after the last operation and the last erasure. */
  readonly log: readonly Fact[];
  /** What those who followed the log were shown, in the order that they were. */
  readonly followers: readonly (readonly Fact[])[];
}

export type AnomalyKind =
  | 'lost'
  | 'doubled'
  | 'phantom'
  | 'reordered'
  | 'visible-after-deletion'
  | 'reappeared'
  | 'vanished'
  | 'erased-early'
  | 'unerased';

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** The event, asset or position that it is about. */
  readonly of: string;
  readonly why: string;
}

export const isKind =
  <K extends Operation['kind']>(kind: K) =>
  (operation: Operation): operation is Extract<Operation, { kind: K }> =>
    operation.kind === kind;
