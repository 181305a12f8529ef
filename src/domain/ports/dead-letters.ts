/** Where a message came from: enough to find it in its topic, as long as that keeps it. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Place among the events of a message that holds several. */
  readonly index: number;
}

/** A message that could not be taken, as it lies in the dead-letter topic. Nothing personal in clear. */
export interface DeadLetter {
  /** Follows from the origin, so that the same message refused twice is one letter. */
  readonly id: string;
  readonly origin: Origin;
  /** Stable code of the refusal, and what to mend; neither repeats what was sent. */
  readonly code: string;
  readonly reason: string;
  readonly at: Date;
  /** The tenant that it is for; undefined where none is known that the topic may write for. */
  readonly tenant: string | undefined;
  /** What opens it, and the sealed original; undefined where it is known by its address alone. */
  readonly sealed: { readonly scope: string; readonly blob: Buffer } | undefined;
}

/** A record among the dead letters that is none: of somebody else, or damaged. Where it lies, and why it can't be read. */
export interface UnreadableLetter {
  readonly partition: number;
  readonly offset: string;
  /** `dead-letter-unreadable`. */
  readonly code: string;
}

export interface ListedLetters {
  /** Oldest first. */
  readonly letters: readonly DeadLetter[];
  readonly unreadable: readonly UnreadableLetter[];
}

/** Dead letters, outside the log: what was refused never happened. Rejects with `kafka-unavailable` or `kafka-refused`. */
export interface DeadLetterBox {
  /** Durable when it resolves. */
  put(letters: readonly DeadLetter[]): Promise<void>;
  /** Every letter that nobody has settled, up to what was there at the call; one that can't be read hides no other. */
  list(): Promise<ListedLetters>;
  /** Takes letters out, once what they hold is in the log. */
  settle(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
