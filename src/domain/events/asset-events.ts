import { z } from 'zod';
import { defineEvent } from './definition.ts';
import {
  count,
  field,
  label,
  opaqueId,
  opaqueIds,
  region,
  sealedText,
  shortText,
  utcInstant,
} from './fields.ts';

/**
 * The grounds on which a request may be blocked (promise 40): an enumeration, so that no other can be invented. The content
 * policy is part of the contract; it has a name of its own because a statement of reasons tells the two apart.
 */
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

/**
 * Stamped by Lethe where a session was sent (promise 26). Its key derives from the asset's own data key: two events of one
 * asset can be compared, those of two assets can't, and when the key is destroyed nothing can be.
 */
const sessionStamp = {
  sessionToken: field(
    z.string().regex(/^[A-Za-z0-9_-]{22}$/),
    'pseudonym',
    'keyed token of the session, under the key of the asset',
  ).optional(),
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
    ...sessionStamp,
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
    ...sessionStamp,
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
    ...sessionStamp,
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
    ...sessionStamp,
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
    ...sessionStamp,
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
