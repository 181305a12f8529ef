import type { ErasureCertificate, ErasureReceipt } from '../../../src/domain/certificate/schemas.ts';
import { envelope, TestLog, type EnvelopeFacts } from './test-log.ts';

export const REQUEST = '0197f0aa-4444-7000-8000-000000000001';
const CERTIFICATE = '0197f0aa-4444-7000-8000-000000000002';
const BATCH = '0197f0aa-4444-7000-8000-000000000003';
const KEYS = ['0197f0aa-4444-7000-8000-000000000004', '0197f0aa-4444-7000-8000-000000000005'];
const ERASED_AT = '2026-03-01T00:05:00.000Z';
const HORIZON_AT = '2026-03-02T00:00:00.000Z';
const ASSET = 'asset-3';

/** The life of one asset among others, from its upload to the horizon. */
const STORY: Readonly<Record<number, EnvelopeFacts>> = {
  5: { type: 'deletion.requested', asset: ASSET, data: { request: REQUEST, cause: 'user' } },
  6: {
    type: 'asset.hidden',
    asset: ASSET,
    data: { request: REQUEST, cause: 'user', eraseAt: ERASED_AT, basis: 'abuse-monitoring' },
  },
  9: {
    type: 'asset.erased',
    asset: ASSET,
    data: {
      ...{ batch: BATCH, cause: 'user', request: REQUEST, keys: KEYS, epoch: 4 },
      ...{ eraseAt: ERASED_AT, erasedAt: ERASED_AT },
    },
  },
  10: {
    type: 'erasure.certified',
    asset: ASSET,
    data: {
      ...{ certificate: CERTIFICATE, request: REQUEST, method: 'cryptographic-erase', keys: KEYS },
      ...{ erasedAt: ERASED_AT, position: 10 },
    },
  },
  12: { type: 'horizon.reached', data: { epoch: 5, at: HORIZON_AT } },
};
export const EVIDENCE: readonly number[] = [5, 6, 9, 10, 12];

export const erasureLog = (): TestLog =>
  new TestLog(
    Array.from({ length: 15 }, (_, n) =>
      envelope(n, STORY[n] ?? { type: 'upload.received', asset: `asset-${n}` }),
    ),
  );

function commonOf(log: TestLog) {
  return {
    tenant: log.tenant,
    organisation: 'Example Organisation',
    region: 'eu-central',
    issuedAt: HORIZON_AT,
    request: REQUEST,
    scope: 'asset' as const,
    subject: null,
    cause: 'user' as const,
    requestedAt: '2026-03-01T00:00:05.000Z',
    hiddenAt: '2026-03-01T00:00:06.000Z',
    evidence: EVIDENCE.map(index => ({
      envelope: String(log.envelopes[index]),
      index,
      proof: log.inclusion(index),
    })),
    checkpoint: log.checkpoint(),
  };
}

export const receiptOf = (log: TestLog): ErasureReceipt => ({
  format: 'lethe-erasure-receipt/1',
  ...commonOf(log),
  state: 'beyond-backup',
  eraseBy: ERASED_AT,
  remains: [{ asset: ASSET, ground: 'abuse-monitoring', eraseBy: ERASED_AT, erasedAt: ERASED_AT }],
});

export const certificateOf = (log: TestLog): ErasureCertificate => ({
  format: 'lethe-erasure-certificate/1',
  certificate: CERTIFICATE,
  ...commonOf(log),
  erasedAt: ERASED_AT,
  beyondBackupAt: HORIZON_AT,
  erased: [
    { asset: ASSET, keys: KEYS, epoch: 4, erasedAt: ERASED_AT, certificate: CERTIFICATE, logIndex: 9 },
  ],
  sanitization: {
    media: 'logical media: the data keys of 1 asset',
    location: 'cell of region eu-central',
    preSanitizationCategory: 'personal data and content of a user',
    method: 'purge',
    technique: 'cryptographic-erase',
    algorithm: 'AES-256-GCM',
    tool: { name: 'Lethe', version: '0.1.0' },
    verification: 'read back',
    performedBy: 'worker eraser',
    sanitizedAt: ERASED_AT,
    postState: 'ciphertext without a key',
  },
  stores: [],
  recipients: [],
});
