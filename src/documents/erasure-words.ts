import type { ErasureReceipt } from '../domain/certificate/schemas.ts';
import type { CopyStore } from '../domain/erasure/residual-copies.ts';
import type { DeletionCause } from '../domain/events/erasure-events.ts';

/** Who or what wanted the deletion, for a reader who knows no codes. */
export const CAUSE_WORDS: Readonly<Record<DeletionCause, string>> = {
  user: 'the user',
  'tenant-admin': 'an administrator of the organisation',
  dpo: 'the data protection officer',
  pii: 'personal data was found in it',
  lineage: 'what it was made from was deleted',
  account: 'the account was deleted',
  schedule: 'the end of its retention',
};

export const GROUND_WORDS: Readonly<Record<ErasureReceipt['remains'][number]['ground'], string>> = {
  'abuse-monitoring': 'abuse monitoring',
  'legal-hold': 'legal hold',
  none: 'none',
};

export const STATE_WORDS: Readonly<Record<ErasureReceipt['state'], string>> = {
  requested: 'requested',
  hidden: 'hidden, and retained until its date',
  held: 'hidden, and preserved by a legal hold',
  erased: 'erased',
  'beyond-backup': 'erased, and beyond every backup',
};

const STORES: Readonly<Record<CopyStore, string>> = {
  log: 'event log',
  keys: 'key store',
  'write-ahead-log': 'write-ahead log of the database',
  views: 'tables derived from the log',
  caches: 'memory of running processes',
  exports: 'reports and exports',
  kms: 'key management service',
  survivors: 'list of surviving keys',
  backups: 'backups',
  topics: 'message topics',
  siem: 'security monitoring (SIEM)',
};
const STORE_WORDS: ReadonlyMap<string, string> = new Map(Object.entries(STORES));

/** A store of a later version of the certificate keeps its own name. */
export const storeWords = (store: string): string => STORE_WORDS.get(store) ?? store;
