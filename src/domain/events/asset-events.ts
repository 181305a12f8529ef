import { z } from 'zod';
import { defineEvent } from './definition.ts';
import {
  count,
  field,
  instant,
  label,
  opaqueId,
  opaqueIds,
  region,
  sealedText,
  shortText,
  utcInstant,
  uuid,
} from './fields.ts';
import { LIMITS } from '../limits.ts';

export const PII_ACTIONS = ['flag', 'mask', 'hide', 'delete'] as const;
export type PiiAction = (typeof PII_ACTIONS)[number];

/** The grounds on which a request may be blocked (promise 40): an enumeration, so that no other can be invented. */
export const BLOCK_GROUNDS = [
  'abuse',
  'fraud',
  'payment-dispute',
  'legal',
  'contract',
  'content-policy',
] as const;

export const MODALITIES = ['image', 'video', 'text', 'audio'] as const;

/** Safety purpose only: where a call came from (design: part `network`). */
const network = {
  ip: field(z.union([z.ipv4(), z.ipv6()]), 'network', 'IP address of the caller').optional(),
  device: field(shortText, 'network', 'device fingerprint').optional(),
  session: field(shortText, 'network', 'session token, only if the caller sends one').optional(),
  paymentFingerprint: field(
    shortText,
    'network',
    'processor-side fingerprint, never a card number',
  ).optional(),
  userAgent: field(shortText, 'network', 'browser information').optional(),
};

const call = {
  store: field(
    z.boolean(),
    'policy',
    'false keeps every payload byte of this call out of storage',
  ).optional(),
  model: field(label, 'service-metadata', 'model that served the call').optional(),
  modelRegion: field(region, 'service-metadata', 'region that the model ran in').optional(),
  apiClient: field(opaqueId, 'service-metadata', 'API client that made the call').optional(),
};

/** Stamped by Lethe on the event that creates an asset, from the policy version in force (promises 9, 37). */
export const retentionStamp = {
  retention: field(
    z.strictObject({ windowEnds: utcInstant, scheduledFor: utcInstant }),
    'policy',
    'end of the minimum window and date of automatic deletion',
  ).optional(),
};

export const uploadReceived = defineEvent({
  type: 'upload.received',
  about: 'asset',
  origin: 'platform',
  creates: true,
  clear: {
    ...call,
    ...retentionStamp,
    mediaType: field(label, 'service-metadata', 'media type such as image/png').optional(),
    bytes: field(count, 'usage', 'size of the upload in bytes').optional(),
    encoding: field(z.enum(['utf-8', 'base64']), 'service-metadata', 'how `content` is written').optional(),
    parents: field(opaqueIds, 'identifier', 'assets that this one was made from').optional(),
  },
  content: {
    content: field(sealedText, 'content', 'the upload itself, or a reference to where it lies').optional(),
    fileName: field(shortText, 'content', 'name of the file').optional(),
  },
  network,
});

export const generationRequested = defineEvent({
  type: 'generation.requested',
  about: 'asset',
  origin: 'platform',
  creates: true,
  clear: {
    ...call,
    ...retentionStamp,
    modality: field(z.enum(MODALITIES), 'service-metadata', 'what is to be made').optional(),
    parents: field(opaqueIds, 'identifier', 'assets that this one is made from').optional(),
  },
  content: {
    prompt: field(sealedText, 'content', 'the prompt').optional(),
    parameters: field(z.record(z.string().max(64), z.json()), 'content', 'parameters of the call').optional(),
  },
  network,
});

export const generationCompleted = defineEvent({
  type: 'generation.completed',
  about: 'asset',
  origin: 'platform',
  creates: true,
  clear: {
    ...call,
    ...retentionStamp,
    modality: field(z.enum(MODALITIES), 'service-metadata', 'what was made').optional(),
    mediaType: field(label, 'service-metadata', 'media type of the output').optional(),
    bytes: field(count, 'usage', 'size of the output in bytes').optional(),
    inputTokens: field(count, 'usage').optional(),
    outputTokens: field(count, 'usage').optional(),
    durationMs: field(count, 'usage', 'compute time in milliseconds').optional(),
    encoding: field(z.enum(['utf-8', 'base64']), 'service-metadata', 'how `output` is written').optional(),
    personalized: field(
      z.boolean(),
      'service-metadata',
      'the caller passed personal data: treated as flagged PII',
    ).optional(),
    parents: field(opaqueIds, 'identifier', 'assets that this one was made from').optional(),
  },
  content: {
    output: field(sealedText, 'content', 'the answer or output, or a reference to where it lies').optional(),
    fileName: field(shortText, 'content', 'name of the output file').optional(),
  },
  network,
});

export const generationBlocked = defineEvent({
  type: 'generation.blocked',
  about: 'asset',
  origin: 'platform',
  creates: true,
  clear: {
    ...call,
    ...retentionStamp,
    modality: field(z.enum(MODALITIES), 'service-metadata').optional(),
    rule: field(label, 'policy', 'rule that blocked the request'),
    ground: field(z.enum(BLOCK_GROUNDS), 'legal', 'ground of the block'),
    automated: field(z.boolean(), 'legal', 'decided without a human').optional(),
  },
  content: { prompt: field(sealedText, 'content', 'the prompt that was blocked').optional() },
  network,
});

const VIEWERS = ['subject', 'api-client', 'staff', 'public'] as const;

/** One read of personal data: whose, which parts, for what. Written by Lethe for its own reads, by the platform for its. */
export const assetViewed = defineEvent({
  type: 'asset.viewed',
  about: 'asset',
  origin: 'platform',
  clear: {
    viewer: field(z.enum(VIEWERS), 'service-metadata', 'kind of viewer').optional(),
    purpose: field(
      z.enum(['serving', 'safety', 'export', 'search']),
      'policy',
      'purpose of the read',
    ).optional(),
  },
  network,
});

export const assetDownloaded = defineEvent({
  type: 'asset.downloaded',
  about: 'asset',
  origin: 'platform',
  clear: { viewer: field(z.enum(VIEWERS), 'service-metadata', 'kind of viewer').optional() },
  network,
});

export const assetShared = defineEvent({
  type: 'asset.shared',
  about: 'asset',
  origin: 'platform',
  clear: {
    audience: field(
      z.enum(['link', 'organisation', 'community']),
      'service-metadata',
      'whom it is shared with',
    ),
    consent: field(opaqueId, 'legal', 'consent under which it is shared').optional(),
  },
});

const span = z.strictObject({
  field: label,
  start: count,
  end: count,
  category: label,
  confidence: z.number().min(0).max(1).optional(),
});
export type PiiSpan = z.infer<typeof span>;

export const piiFlagged = defineEvent({
  type: 'pii.flagged',
  about: 'asset',
  origin: 'platform',
  clear: {
    source: field(
      z.enum(['caller', 'detector', 'staff']),
      'service-metadata',
      'who says so (promise 7)',
    ).optional(),
    detector: field(label, 'service-metadata', 'detector that found it').optional(),
    detectorVersion: field(label, 'service-metadata').optional(),
    categories: field(z.array(label).max(64), 'service-metadata', 'categories of PII found').optional(),
  },
  content: {
    spans: field(
      z.array(span).max(LIMITS.spans),
      'content',
      'where in the content, in UTF-16 units, end exclusive',
    ).optional(),
  },
});

export const piiActionApplied = defineEvent({
  type: 'pii.action-applied',
  about: 'asset',
  origin: 'lethe',
  clear: {
    action: field(z.enum(PII_ACTIONS), 'policy', 'what the tenant chose (promise 8)'),
    detector: field(label, 'service-metadata').optional(),
    detectorVersion: field(label, 'service-metadata').optional(),
  },
});

export const piiCleared = defineEvent({
  type: 'pii.cleared',
  about: 'asset',
  origin: 'platform',
  clear: { reason: field(label, 'service-metadata', 'why the flag was wrong').optional() },
});

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
