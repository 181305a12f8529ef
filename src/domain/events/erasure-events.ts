import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, field, instant, opaqueId, utcInstant, uuid } from './fields.ts';

export const DELETION_CAUSES = [
  'user',
  'tenant-admin',
  'dpo',
  'pii',
  'lineage',
  'account',
  'schedule',
] as const;
export type DeletionCause = (typeof DELETION_CAUSES)[number];

export const deletionRequested = defineEvent({
  type: 'deletion.requested',
  about: 'asset',
  origin: 'platform',
  clear: {
    request: field(uuid, 'identifier', 'id of the deletion request').optional(),
    cause: field(z.enum(DELETION_CAUSES), 'legal', 'why').optional(),
    requestedAt: field(instant, 'service-metadata', 'when the user asked, if before the event').optional(),
  },
});

export const assetHidden = defineEvent({
  type: 'asset.hidden',
  about: 'asset',
  origin: 'lethe',
  clear: {
    request: field(uuid, 'identifier', 'deletion request that hid it'),
    cause: field(z.enum(DELETION_CAUSES), 'legal'),
    eraseAt: field(utcInstant, 'policy', 'when its keys are destroyed'),
    /** Promise 11: why a copy outlives the deletion, and until when. */
    basis: field(z.enum(['abuse-monitoring', 'none']), 'legal', 'ground on which a copy is kept until then'),
  },
});

/** An asset that this one was made from is deleted, and the policy says to flag what descends from it. */
export const lineageFlagged = defineEvent({
  type: 'lineage.flagged',
  about: 'asset',
  origin: 'lethe',
  clear: {
    ancestor: field(opaqueId, 'identifier', 'the deleted asset'),
    request: field(uuid, 'identifier', 'deletion request that took the ancestor'),
  },
});

export const assetErased = defineEvent({
  type: 'asset.erased',
  about: 'asset',
  origin: 'lethe',
  clear: {
    batch: field(uuid, 'identifier', 'erasure batch'),
    cause: field(z.enum(DELETION_CAUSES), 'legal'),
    request: field(uuid, 'identifier', 'deletion request, where there was one').optional(),
    keys: field(z.array(uuid), 'key-metadata', 'data keys destroyed'),
    epoch: field(z.int(), 'key-metadata', 'epoch of those keys').optional(),
    eraseAt: field(utcInstant, 'policy', 'when it was due'),
    erasedAt: field(utcInstant, 'policy', 'when the keys were destroyed'),
  },
});

export const erasureCertified = defineEvent({
  type: 'erasure.certified',
  about: 'asset',
  origin: 'lethe',
  clear: {
    certificate: field(uuid, 'identifier', 'id of the certificate'),
    request: field(uuid, 'identifier').optional(),
    method: field(
      z.literal('cryptographic-erase'),
      'key-metadata',
      'NIST SP 800-88 Rev. 2: cryptographic erase',
    ),
    keys: field(z.array(uuid), 'key-metadata'),
    erasedAt: field(utcInstant, 'policy'),
    position: field(count, 'service-metadata', 'log position of the asset.erased event'),
  },
});
