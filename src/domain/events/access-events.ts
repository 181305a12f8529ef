import { z } from 'zod';
import { duration } from '../time/duration.ts';
import { defineEvent } from './definition.ts';
import { field, opaqueId, utcInstant, uuid } from './fields.ts';

/** Why an investigator has to see content (promise 25). */
export const ACCESS_REASONS = [
  'signal-review',
  'abuse-report',
  'threat-to-life',
  'legal-order',
  'appeal',
  'security-incident',
] as const;
export const ACCESS_PARTS = ['content', 'network'] as const;
export type AccessPart = (typeof ACCESS_PARTS)[number];

const asked = {
  case: field(uuid, 'identifier', 'case that the access belongs to'),
  request: field(uuid, 'identifier', 'id of the access request'),
};
const wanted = {
  asset: field(opaqueId, 'identifier'),
  parts: field(z.array(z.enum(ACCESS_PARTS)).min(1), 'policy', 'what opens'),
  reason: field(z.enum(ACCESS_REASONS), 'legal', 'why it is necessary (promise 25)'),
};

export const accessRequested = defineEvent({
  type: 'access.requested',
  about: 'asset',
  origin: 'lethe',
  clear: {
    ...asked,
    ...wanted,
    duration: field(duration, 'policy', 'how long it is needed, from the approval on'),
    by: field(opaqueId, 'identifier', 'credential that asks'),
  },
});

export const accessApproved = defineEvent({
  type: 'access.approved',
  about: 'asset',
  origin: 'lethe',
  clear: {
    ...asked,
    approver: field(opaqueId, 'identifier', 'another credential than the one that asked'),
    expiresAt: field(utcInstant, 'policy'),
  },
});

/** One opening: recorded before any plaintext leaves, and complete in itself for the customer's access log. */
export const accessRevealed = defineEvent({
  type: 'access.revealed',
  about: 'asset',
  origin: 'lethe',
  clear: {
    ...asked,
    ...wanted,
    purpose: field(z.literal('safety'), 'policy', 'purpose of the read (promise 16)'),
    approver: field(opaqueId, 'identifier'),
    expiresAt: field(utcInstant, 'policy', 'end of the grant'),
  },
});

export const ACCESS_ENDS = ['declined', 'returned'] as const;

/** declined: it was never approved · returned: the grant is given back before its time. */
export const accessClosed = defineEvent({
  type: 'access.closed',
  about: 'asset',
  origin: 'lethe',
  clear: { ...asked, cause: field(z.enum(ACCESS_ENDS), 'legal') },
});
