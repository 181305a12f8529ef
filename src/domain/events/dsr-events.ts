import { z } from 'zod';
import { profile } from './account-events.ts';
import { defineEvent } from './definition.ts';
import { field, opaqueId, utcInstant, uuid } from './fields.ts';

/** What a person may ask for: GDPR Art. 15, 20, 16, 21, 17, and the opt-out that promise 24 gives. */
export const DSR_KINDS = [
  'access',
  'portability',
  'correction',
  'objection',
  'training-opt-out',
  'training-opt-in',
  'deletion',
  'account-deletion',
] as const;
export type DsrKind = (typeof DSR_KINDS)[number];

/** Whose turn it is: the organisation's administrator, or the platform, where Lethe acts by itself (promise 21). */
export const DSR_ROUTES = ['organisation', 'platform'] as const;
export type DsrRoute = (typeof DSR_ROUTES)[number];

/** Processing that a person may object to (promise 31). */
export const OBJECTION_PURPOSES = ['training', 'analytics', 'personalisation', 'marketing'] as const;
export type ObjectionPurpose = (typeof OBJECTION_PURPOSES)[number];

export const REFUSAL_GROUNDS = [
  'identity-not-established',
  'manifestly-unfounded',
  'excessive',
  'rights-of-others',
  'legal-obligation',
  'legal-claims',
] as const;
export type RefusalGround = (typeof REFUSAL_GROUNDS)[number];

const dsr = field(uuid, 'identifier', 'id of the request');

export const dsrReceived = defineEvent({
  type: 'dsr.received',
  about: 'subject',
  origin: 'lethe',
  clear: {
    dsr,
    kind: field(z.enum(DSR_KINDS), 'legal', 'the right that is exercised'),
    routedTo: field(z.enum(DSR_ROUTES), 'legal', 'who answers first (promise 21)'),
    dueBy: field(utcInstant, 'legal', 'end of the month of GDPR Art. 12(3)'),
    purpose: field(z.enum(OBJECTION_PURPOSES), 'policy', 'of an objection').optional(),
    asset: field(opaqueId, 'identifier', 'of a deletion').optional(),
    consent: field(opaqueId, 'legal', 'of an opt-in to training').optional(),
  },
  content: profile,
});

export const dsrHandedOver = defineEvent({
  type: 'dsr.handed-over',
  about: 'subject',
  origin: 'lethe',
  clear: { dsr, to: field(z.enum(DSR_ROUTES), 'legal', 'whose turn it is from here on') },
});

export const dsrExtended = defineEvent({
  type: 'dsr.extended',
  about: 'subject',
  origin: 'lethe',
  clear: {
    dsr,
    months: field(z.int().min(1).max(2), 'legal', 'further months (GDPR Art. 12(3))'),
    reason: field(z.enum(['complexity', 'number-of-requests']), 'legal'),
    dueBy: field(utcInstant, 'legal', 'the new end'),
  },
});

export const dsrStarted = defineEvent({
  type: 'dsr.started',
  about: 'subject',
  origin: 'lethe',
  clear: { dsr, report: field(uuid, 'identifier', 'report that is being made as the answer') },
});

export const dsrFulfilled = defineEvent({
  type: 'dsr.fulfilled',
  about: 'subject',
  origin: 'lethe',
  clear: {
    dsr,
    outcome: field(z.enum(['fulfilled', 'refused']), 'legal'),
    ground: field(z.enum(REFUSAL_GROUNDS), 'legal', 'of a refusal (GDPR Art. 12(4), (5))').optional(),
    report: field(uuid, 'identifier', 'report that answers it').optional(),
    sha256: field(
      z.string().regex(/^[0-9a-f]{64}$/),
      'service-metadata',
      'of the report’s bundle',
    ).optional(),
    request: field(uuid, 'identifier', 'deletion request that answers it').optional(),
  },
});

export const trainingUsed = defineEvent({
  type: 'training.used',
  about: 'asset',
  origin: 'lethe',
  clear: {
    run: field(opaqueId, 'service-metadata', 'training run'),
    consent: field(opaqueId, 'legal', 'consent under which it is used').optional(),
  },
});
