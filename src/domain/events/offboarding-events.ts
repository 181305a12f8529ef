import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { field, label, opaqueId, utcInstant, uuid } from './fields.ts';

/** More than a leaf of the log holds: an event with too many is refused when it is recorded, not when it is read. */
const kmsKeys = z.array(label).max(2_000);
const offboarding = field(uuid, 'identifier', 'id of the offboarding');

export const offboardingAnnounced = defineEvent({
  type: 'offboarding.announced',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    offboarding,
    notBefore: field(utcInstant, 'policy', 'end of the notice: nothing is destroyed before it'),
    by: field(opaqueId, 'identifier', 'credential that announced it: another one has to confirm'),
  },
});

/** From here on the tenant is read-only. */
export const offboardingConfirmed = defineEvent({
  type: 'offboarding.confirmed',
  about: 'tenant',
  origin: 'lethe',
  clear: { offboarding },
});

export const offboardingWithdrawn = defineEvent({
  type: 'offboarding.withdrawn',
  about: 'tenant',
  origin: 'lethe',
  clear: { offboarding },
});

/** The tenant's evidence is being put together, to be fetched before its keys go. */
export const offboardingExporting = defineEvent({
  type: 'offboarding.exporting',
  about: 'tenant',
  origin: 'lethe',
  clear: { offboarding, report: field(uuid, 'identifier', 'report that takes the evidence out') },
});

/** The intent, and the point of no return: a worker that dies afterwards goes on from here. */
export const offboardingStarted = defineEvent({
  type: 'offboarding.started',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    offboarding,
    kmsKeys: field(kmsKeys, 'key-metadata', 'KMS keys that are to be destroyed'),
  },
});

export const tenantErased = defineEvent({
  type: 'tenant.erased',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    offboarding,
    kmsKeys: field(kmsKeys, 'key-metadata', 'KMS keys of the tenant, destroyed'),
    foundGone: field(
      kmsKeys,
      'key-metadata',
      'those of them that the KMS no longer knew; their destruction was on record before',
    ).optional(),
    erasedAt: field(utcInstant, 'policy', 'when the last key was destroyed'),
    certificate: field(uuid, 'identifier', 'id of the certificate'),
    report: field(uuid, 'identifier', 'report that took the evidence out').optional(),
  },
});
