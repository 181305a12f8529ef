/** The places where something of an erased asset or account may have been. */
export type CopyStore =
  | 'log'
  | 'keys'
  | 'write-ahead-log'
  | 'views'
  | 'caches'
  | 'exports'
  | 'kms'
  | 'survivors'
  | 'backups'
  | 'topics'
  | 'siem';

export interface ResidualCopy {
  readonly store: CopyStore;
  /** What is left there, in words for the reader of a certificate. */
  readonly remains: string;
  /** From then on nothing erased can be read out of it; null while that depends on a horizon not reached yet. */
  readonly until: Date | null;
  readonly how: string;
}

export interface ErasureDates {
  readonly erasedAt: Date;
  /** From `horizon.reached`; null until then. */
  readonly horizonAt: Date | null;
  readonly policy: CopyPolicy;
}

/** How long the service's surroundings keep what they were given; milliseconds unless said otherwise. */
export interface CopyPolicy {
  /** Unwrapped keys in the memory of other processes. */
  readonly keyCacheMs: number;
  /** Days from the end of an epoch until its KMS key is gone; absent where it is destroyed at once. */
  readonly kmsPendingDays?: number | undefined;
  /** Messages in the topics that events go out to; undefined where there are none. */
  readonly topicRetentionMs?: number | undefined;
  /** Whether a SIEM receives the metadata of events. */
  readonly siem?: boolean | undefined;
}

const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

/**
 * The inventory of residual copies of a certificate: each store with what is left in it and its own date
 * (NIST SP 800-88 Rev. 2, cryptographic erase: every copy of the key, wrapped ones included, has to be accounted for).
 */
export const residualCopies = (dates: ErasureDates): ResidualCopy[] => [
  ...atOnce(dates),
  ...inMemory(dates),
  ...withTheHorizon(dates),
  ...outside(dates),
];

const atOnce = ({ erasedAt }: ErasureDates): ResidualCopy[] => [
  {
    store: 'log',
    remains: 'envelopes, which hold nothing personal, and ciphertext without a key',
    until: erasedAt,
    how: 'cryptographic erase; the events stay as evidence',
  },
  {
    store: 'keys',
    remains: 'a tombstone: key id, epoch and the date of destruction',
    until: erasedAt,
    how: 'both wraps of each data key were set to null, and no key is ever made again under the tombstone',
  },
  {
    store: 'views',
    remains: 'references, numbers and dates',
    until: erasedAt,
    how: 'views never hold plaintext or keys',
  },
  {
    store: 'exports',
    remains: 'nothing',
    until: erasedAt,
    how: 'sealed exports that hold it expire with the erasure; what a recipient has downloaded is beyond reach',
  },
];

const inMemory = ({ erasedAt, policy }: ErasureDates): ResidualCopy[] => [
  {
    store: 'caches',
    remains: 'nothing',
    until: later(erasedAt, policy.keyCacheMs),
    how: 'evicted by the erasing process; in others an unwrapped key expires unused, because every opening reads its fence',
  },
];

function destroyed({ kmsPendingDays: days = 0 }: CopyPolicy): string {
  const method = 'the KMS key of the epoch is destroyed beyond recovery';
  return days === 0 ? method : `${method}, ${days} days after it was disabled and its deletion scheduled`;
}

/** What still holds a wrap of the key dies with the KMS key of the wrap's epoch. */
const withTheHorizon = ({ horizonAt: until, policy }: ErasureDates): ResidualCopy[] => [
  {
    store: 'write-ahead-log',
    remains: 'wrapped keys in freed blocks and write-ahead segments, until they are overwritten',
    until,
    how: 'nothing unwraps them once the KMS key of their epoch is destroyed',
  },
  {
    store: 'kms',
    remains: 'the record that the key of the epoch was destroyed',
    until,
    how: destroyed(policy),
  },
  {
    store: 'survivors',
    remains: 'nothing: the file of the next epoch replaced the one that could name it',
    until,
    how: 'a survivors file is wrapped under one epoch, and is replaced by the next',
  },
  {
    store: 'backups',
    remains: 'wrapped keys and ciphertext in backups of the database, for as long as those are kept',
    until,
    how: 'nothing unwraps them once the KMS key of their epoch is destroyed',
  },
];

const outside = ({ erasedAt, policy }: ErasureDates): ResidualCopy[] => [
  policy.topicRetentionMs === undefined
    ? { store: 'topics', remains: 'nothing', until: erasedAt, how: 'events go out to no topic' }
    : {
        store: 'topics',
        remains: 'sealed events, unreadable without the key, until the topic drops them',
        until: erasedAt,
        how: `cryptographic erase; messages are dropped by ${later(erasedAt, policy.topicRetentionMs).toISOString()}`,
      },
  policy.siem === true
    ? {
        store: 'siem',
        remains: 'metadata of events, which holds nothing personal',
        until: erasedAt,
        how: 'plaintext is never sent to a SIEM',
      }
    : { store: 'siem', remains: 'nothing', until: erasedAt, how: 'no SIEM receives events' },
];
