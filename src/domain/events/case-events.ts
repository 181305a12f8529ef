import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { ACCOUNT_GROUNDS } from './account-events.ts';
import { defineEvent } from './definition.ts';
import { field, label, opaqueId, sealedText, utcInstant, uuid } from './fields.ts';

export const CASE_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type CasePriority = (typeof CASE_PRIORITIES)[number];
/** Who brought it up: a rule's signal, staff, or an erasure that comes before anybody has looked. */
export const CASE_ORIGINS = ['signal', 'staff', 'deadline'] as const;
export const CASE_DECISIONS = ['no-action', 'warn', 'limit', 'block', 'refer'] as const;
/** DSA Art. 17(3)(f): complaint (Art. 20), out-of-court settlement (Art. 21), court. */
export const REDRESS = ['internal-complaint', 'out-of-court', 'court'] as const;

/** What a case may point at beside users and assets: a keyed token, which is personal and so only ever sealed. */
export const entityReference = z
  .string()
  .regex(
    /^(ip|ip24|device|payment|client|session):[A-Za-z0-9_-]{43}$/,
    'an entity reference such as device:<token>',
  );

const id = field(uuid, 'identifier', 'id of the case');

export const caseOpened = defineEvent({
  type: 'case.opened',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    case: id,
    priority: field(z.enum(CASE_PRIORITIES), 'service-metadata'),
    origin: field(z.enum(CASE_ORIGINS), 'service-metadata'),
    signals: field(z.array(uuid).max(LIMITS.caseSignals), 'identifier', 'signals that led to it').optional(),
  },
});

export const caseAssigned = defineEvent({
  type: 'case.assigned',
  about: 'tenant',
  origin: 'lethe',
  clear: { case: id, assignee: field(opaqueId, 'identifier', 'credential of whoever works on it') },
});

/** Entities are sealed, since a token in an envelope would outlive the asset that it was derived from. */
export const caseLinked = defineEvent({
  type: 'case.linked',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    case: id,
    subjects: field(z.array(uuid).max(LIMITS.caseSubjects), 'pseudonym').optional(),
    assets: field(z.array(opaqueId).max(LIMITS.caseAssets), 'identifier').optional(),
    entry: field(uuid, 'identifier', 'what is sealed beside it').optional(),
  },
  network: {
    entities: field(z.array(entityReference).max(LIMITS.caseEntities), 'network').optional(),
  },
});

/** The text opens for the safety purpose alone, under a key of the note's own. */
export const caseNoted = defineEvent({
  type: 'case.noted',
  about: 'tenant',
  origin: 'lethe',
  clear: { case: id, note: field(uuid, 'identifier') },
  network: { text: field(sealedText, 'content', 'what the investigator wrote') },
});

/** The keys of notes and entity links are destroyed: they could tell of something that is erased, or are too old. */
export const caseEntriesExpired = defineEvent({
  type: 'case.entries-expired',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    case: id,
    entries: field(z.array(uuid).min(1).max(LIMITS.caseEntries), 'identifier'),
    keys: field(z.array(uuid).max(LIMITS.caseEntries), 'key-metadata', 'data keys destroyed'),
    erasedAt: field(utcInstant, 'policy'),
  },
});

export const caseDecided = defineEvent({
  type: 'case.decided',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    case: id,
    decision: field(z.enum(CASE_DECISIONS), 'legal'),
    ground: field(z.enum(ACCOUNT_GROUNDS), 'legal', 'of everything but no action').optional(),
    rule: field(label, 'policy', 'rule or term that was broken').optional(),
    automated: field(z.boolean(), 'legal', 'decided without a human (DSA Art. 17(3)(c))'),
    redress: field(z.array(z.enum(REDRESS)), 'legal', 'ways to contest it (DSA Art. 17(3)(f))'),
  },
});

export const caseReopened = defineEvent({
  type: 'case.reopened',
  about: 'tenant',
  origin: 'lethe',
  clear: { case: id },
});
