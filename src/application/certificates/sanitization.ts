import type { ErasureCertificate } from '../../domain/certificate/schemas.ts';
import { ERASER } from '../erasure-steps.ts';
import type { ErasureFacts } from './erasure-facts.ts';

/** What NIST SP 800-88 Rev. 2 wants a certificate of sanitization to say, for keys instead of disks. */
export function sanitizationOf({
  facts,
  region,
  erasedAt,
  version,
}: {
  readonly facts: ErasureFacts;
  readonly region: string;
  readonly erasedAt: Date;
  readonly version: string;
}): ErasureCertificate['sanitization'] {
  const assets = `${facts.assets.length} ${facts.assets.length === 1 ? 'asset' : 'assets'}`;
  return {
    media:
      facts.scope === 'account'
        ? `logical media: the data keys of an account's profile, directory entry and ${assets}`
        : `logical media: the data keys of ${assets}`,
    location: `cell of region ${region}`,
    preSanitizationCategory: 'personal data and content of a user',
    method: 'purge',
    technique: 'cryptographic-erase',
    algorithm: 'AES-256-GCM under HKDF-SHA-256, a data key for each asset',
    tool: { name: 'Lethe', version },
    verification:
      'the key rows were read back without their wraps and stand as tombstones; each destruction is an event of the log, certified by an event of its own',
    performedBy: `worker ${ERASER.id}`,
    sanitizedAt: erasedAt.toISOString(),
    postState:
      facts.horizonAt === null
        ? 'ciphertext without a key in the live system; backups made before are closed with the next horizon'
        : 'ciphertext without a key, in the live system and in every backup',
  };
}
