import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { field, label, opaqueId, shortText, utcInstant, uuid } from './fields.ts';

export const profile = {
  name: field(shortText, 'profile').optional(),
  email: field(shortText, 'profile').optional(),
  phone: field(shortText, 'profile').optional(),
  attributes: field(
    z.record(z.string().max(64), z.json()),
    'profile',
    'anything else the platform keeps',
  ).optional(),
};

export const accountRegistered = defineEvent({
  type: 'account.registered',
  about: 'subject',
  origin: 'platform',
  clear: {
    plan: field(label, 'service-metadata', 'plan that the account is on').optional(),
    /** Promise 23: no dedicated services to minors without a guardian's consent. */
    attestation: field(z.enum(['adult', 'guardian-consent']), 'legal').optional(),
  },
  content: profile,
});

export const accountCorrected = defineEvent({
  type: 'account.corrected',
  about: 'subject',
  origin: 'platform',
  clear: {},
  content: profile,
});

/** The grounds on which an account may be limited or blocked (promises 40, 41). */
export const ACCOUNT_GROUNDS = ['abuse', 'fraud', 'payment-dispute', 'legal', 'contract'] as const;

export const accountBlocked = defineEvent({
  type: 'account.blocked',
  about: 'subject',
  origin: 'platform',
  clear: {
    rule: field(label, 'policy').optional(),
    /** Absent: blocked. */
    restriction: field(z.enum(['limit', 'block']), 'legal', 'how far it goes').optional(),
    automated: field(z.boolean(), 'legal', 'decided without a human').optional(),
    case: field(uuid, 'identifier', 'case that decided it').optional(),
    ground: field(z.enum(ACCOUNT_GROUNDS), 'legal'),
  },
});

export const accountDeletionRequested = defineEvent({
  type: 'account.deletion-requested',
  about: 'subject',
  origin: 'lethe',
  clear: {
    request: field(uuid, 'identifier', 'id of the deletion request'),
    cause: field(z.enum(['user', 'tenant-admin', 'dpo']), 'legal'),
  },
});

export const accountErased = defineEvent({
  type: 'account.erased',
  about: 'subject',
  origin: 'lethe',
  clear: {
    request: field(uuid, 'identifier'),
    keys: field(z.array(uuid), 'key-metadata'),
    epoch: field(z.int(), 'key-metadata', 'epoch of those keys').optional(),
    erasedAt: field(utcInstant, 'policy'),
    certificate: field(uuid, 'identifier'),
  },
});

export const trainingOptedOut = defineEvent({
  type: 'training.opted-out',
  about: 'subject',
  origin: 'platform',
  clear: {},
});

export const trainingOptedIn = defineEvent({
  type: 'training.opted-in',
  about: 'subject',
  origin: 'platform',
  clear: { consent: field(opaqueId, 'legal').optional() },
});

export const trainingDenied = defineEvent({
  type: 'training.denied',
  about: 'asset',
  origin: 'lethe',
  clear: {
    reason: field(label, 'policy'),
    run: field(opaqueId, 'service-metadata', 'training run that was refused').optional(),
  },
});

export const processingObjected = defineEvent({
  type: 'processing.objected',
  about: 'subject',
  origin: 'platform',
  clear: { purpose: field(label, 'policy', 'the processing objected to') },
});

/** The user's list of assets was read: which subject, for what. */
export const subjectViewed = defineEvent({
  type: 'subject.viewed',
  about: 'subject',
  origin: 'lethe',
  clear: {
    purpose: field(z.enum(['serving', 'search', 'export']), 'policy'),
    assets: field(z.int().nonnegative(), 'usage', 'assets returned').optional(),
  },
});
