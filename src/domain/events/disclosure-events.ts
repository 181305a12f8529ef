import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, field, label, opaqueId, region, utcInstant, uuid } from './fields.ts';

/** Promise 19: the five grounds of the published text, so that no other can be stated. */
export const DISCLOSURE_GROUNDS = [
  'authorised-by-customer',
  'service-selected-by-customer',
  'required-by-law',
  'protection-of-rights-and-safety',
  'agreed-in-writing',
] as const;
export type DisclosureGround = (typeof DISCLOSURE_GROUNDS)[number];

/**
 * third-party: what a customer has configured · authority: who may demand it · models, sub-processors: the lists that an
 * NDA covers · analytics: aggregates for providers · audit: a security audit · hosting: where things run.
 */
export const DISCLOSURE_KINDS = [
  'third-party',
  'authority',
  'models',
  'sub-processors',
  'analytics',
  'audit',
  'hosting',
] as const;
export type DisclosureKind = (typeof DISCLOSURE_KINDS)[number];

/** A company or an authority, never a person: no `@`, so that no e-mail address fits. */
export const organisation = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^@\p{Cc}]*$/u, 'the name of an organisation, without @');

export const disclosureMade = defineEvent({
  type: 'disclosure.made',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    disclosure: field(uuid, 'identifier'),
    recipient: field(organisation, 'legal', 'who received it'),
    kind: field(z.enum(DISCLOSURE_KINDS), 'legal'),
    ground: field(z.enum(DISCLOSURE_GROUNDS), 'legal'),
    authority: field(label, 'legal', 'by reference: court and docket, agency and file number').optional(),
    nda: field(label, 'legal', 'reference of the NDA that the recipient signed').optional(),
    redacted: field(z.boolean(), 'legal', 'the variant without names, for want of an NDA').optional(),
    categories: field(z.array(label).min(1).max(32), 'legal', 'categories of data'),
    cohort: field(count, 'legal', 'people that an aggregate covers').optional(),
  },
});

export const subprocessorChanged = defineEvent({
  type: 'subprocessor.changed',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    name: field(organisation, 'legal'),
    change: field(z.enum(['added', 'removed', 'moved']), 'legal'),
    region: field(region, 'legal', 'where it processes').optional(),
    effective: field(utcInstant, 'legal', 'from when on'),
  },
});

export const termsProposed = defineEvent({
  type: 'terms.proposed',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    proposal: field(uuid, 'identifier'),
    contract: field(label, 'legal', 'reference of the contract'),
    by: field(opaqueId, 'identifier', 'id of the key that proposed: another one has to approve'),
  },
});

/** Promise 12: in force once a second person has approved. */
export const termsNegotiated = defineEvent({
  type: 'terms.negotiated',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    proposal: field(uuid, 'identifier'),
    contract: field(label, 'legal', 'reference of the contract'),
    proposedBy: field(opaqueId, 'identifier', 'id of the key that proposed'),
    approvedBy: field(opaqueId, 'identifier', 'id of the key that approved'),
  },
});

/** How often something was refused in a period: neither what was sent nor who sent it (promise 32). */
export const refusalsCounted = defineEvent({
  type: 'refusals.counted',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    code: field(label, 'service-metadata', 'stable code of the refusal'),
    count: field(count, 'usage'),
    from: field(utcInstant, 'service-metadata'),
    to: field(utcInstant, 'service-metadata'),
  },
});
