import { z } from 'zod';
import { cellProfileSchema } from '../cell/profile.ts';
import { policySchema } from '../policy/policy.ts';
import { ROLES } from '../ports/credentials.ts';
import { defineEvent } from './definition.ts';
import { count, field, label, opaqueId, region, utcInstant, uuid } from './fields.ts';

const organisationName = z.string().min(1).max(200);

export const tenantRegistered = defineEvent({
  type: 'tenant.registered',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    name: field(organisationName, 'service-metadata', 'the organisation'),
    region: field(region, 'policy', 'region that its data stays in'),
    cell: field(
      cellProfileSchema,
      'policy',
      'the deployment that it was registered in (promises 5, 14)',
    ).optional(),
  },
});

export const policyAdopted = defineEvent({
  type: 'policy.adopted',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    version: field(z.int().positive(), 'policy', 'versions count from 1 and never change'),
    policy: field(policySchema, 'policy', 'the document in force from this event on (promise 22)'),
  },
});

export const keyCreated = defineEvent({
  type: 'key.created',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    kmsKeyId: field(label, 'key-metadata', 'KMS key of the tenant'),
    epoch: field(z.int().positive(), 'key-metadata'),
  },
});

export const credentialIssued = defineEvent({
  type: 'credential.issued',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    credential: field(opaqueId, 'identifier', 'id of the API key, not the key'),
    role: field(z.enum(ROLES), 'service-metadata'),
    expiresAt: field(utcInstant, 'service-metadata').optional(),
  },
});

/** The key has a new secret; id, role and subject are what they were. */
export const credentialRotated = defineEvent({
  type: 'credential.rotated',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    credential: field(opaqueId, 'identifier'),
    previousUntil: field(utcInstant, 'service-metadata', 'when the former secret ends'),
    expiresAt: field(utcInstant, 'service-metadata').optional(),
  },
});

export const credentialRevoked = defineEvent({
  type: 'credential.revoked',
  about: 'tenant',
  origin: 'lethe',
  clear: { credential: field(opaqueId, 'identifier') },
});

/** A refused attempt to reach something: recorded so that it can be found (promise 18). */
export const accessDenied = defineEvent({
  type: 'access.denied',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    action: field(label, 'service-metadata', 'what was tried'),
    reason: field(label, 'service-metadata', 'stable code of the refusal'),
    case: field(uuid, 'identifier', 'case that it was tried in').optional(),
    request: field(uuid, 'identifier', 'access request that it was tried with').optional(),
    asset: field(opaqueId, 'identifier', 'asset that was reached for').optional(),
  },
});

const ABUSE_RECORDS = ['abuse-subjects', 'abuse-timeline', 'abuse-entities', 'abuse-signals'] as const;

/** The audit trail or another record of what people did was read. */
export const recordsViewed = defineEvent({
  type: 'records.viewed',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    records: field(
      z.enum([
        'audit-trail',
        'deletion-requests',
        'data-requests',
        'retention',
        'holds',
        'cases',
        ...ABUSE_RECORDS,
      ]),
      'service-metadata',
    ),
    returned: field(count, 'usage').optional(),
  },
});

/** An asset; or, where none is named, the profile and directory entry of the subject. */
const erasureTarget = z.strictObject({
  asset: opaqueId.optional(),
  subject: uuid.optional(),
  eraseAt: utcInstant,
  cause: z.enum(['user', 'tenant-admin', 'dpo', 'pii', 'lineage', 'account', 'schedule']),
  request: uuid.optional(),
});
export type ErasureTarget = z.infer<typeof erasureTarget>;

/** The intent: from here on no hold can save these assets; a worker that dies resumes from it. */
export const erasureStarted = defineEvent({
  type: 'erasure.started',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    batch: field(uuid, 'identifier'),
    targets: field(z.array(erasureTarget).min(1).max(2_000), 'identifier'),
  },
});

export const erasureCompleted = defineEvent({
  type: 'erasure.completed',
  about: 'tenant',
  origin: 'lethe',
  clear: { batch: field(uuid, 'identifier'), erased: field(count, 'usage') },
});
