import type { ErasureCertificate, ErasureReceipt } from '../../../../src/domain/certificate/schemas.ts';
import { bundleOf, type BundleParts } from '../../../support/bundles/bundle-parts.ts';
import {
  certificateOf,
  erasureLog,
  EVIDENCE,
  receiptOf,
} from '../../../support/bundles/erasure-documents.ts';
import { json, resigned } from '../../../support/bundles/tamper.ts';
import { OTHER_TENANT } from '../../../support/bundles/test-log.ts';
import { corruption, foreign, type Corruption } from './corruption.ts';

export const erasures = erasureLog();
const bundled = (
  name: string,
  document: object,
  kind: 'erasure-certificate' | 'erasure-receipt',
): BundleParts => bundleOf(erasures, { kind, leaves: EVIDENCE, files: { [name]: JSON.stringify(document) } });
export const certificate = bundled('certificate.json', certificateOf(erasures), 'erasure-certificate');
export const receipt = bundled('receipt.json', receiptOf(erasures), 'erasure-receipt');

const cert = (change: (document: ErasureCertificate) => object) => () =>
  resigned(certificate, erasures.signer, 'certificate.json', json(change));
const slip = (change: (document: ErasureReceipt) => object) => () =>
  resigned(receipt, erasures.signer, 'receipt.json', json(change));
const erased = (change: Partial<ErasureCertificate['erased'][number]>) =>
  cert(document => ({ ...document, erased: document.erased.map(one => ({ ...one, ...change })) }));
const claim = (
  what: string,
  part: 'certificate.json' | 'receipt.json',
  code: Corruption['code'],
  bundle: Corruption['bundle'],
): Corruption => corruption(what, part, code, bundle, erasures);

const OTHER = '0197f0aa-9999-7000-8000-000000000009';
/** What certificates and receipts claim. */
export const DOCUMENTS: readonly Corruption[] = [
  claim('a certificate naming another key', 'certificate.json', 'claim-differs', erased({ keys: [OTHER] })),
  claim(
    'a certificate with one key more',
    'certificate.json',
    'claim-differs',
    cert(({ erased: all, ...rest }) => ({
      ...rest,
      erased: all.map(one => ({ ...one, keys: [...one.keys, OTHER] })),
    })),
  ),
  claim(
    'a certificate naming another date of an asset',
    'certificate.json',
    'claim-differs',
    erased({ erasedAt: '2026-03-01T00:04:00.000Z' }),
  ),
  claim(
    'a certificate naming another date',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, erasedAt: '2026-03-01T00:04:00.000Z' })),
  ),
  claim('a certificate naming another epoch', 'certificate.json', 'claim-differs', erased({ epoch: 3 })),
  claim(
    'a certificate naming another asset',
    'certificate.json',
    'claim-unproven',
    erased({ asset: 'asset-4' }),
  ),
  claim(
    'a certificate naming another position',
    'certificate.json',
    'claim-unproven',
    erased({ logIndex: 10 }),
  ),
  claim(
    'a certificate under another id',
    'certificate.json',
    'claim-unproven',
    erased({ certificate: OTHER }),
  ),
  claim(
    'a certificate for another request',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, request: OTHER })),
  ),
  claim(
    'a certificate with an earlier horizon',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, beyondBackupAt: '2026-03-01T12:00:00.000Z' })),
  ),
  claim(
    'a certificate with another time of hiding',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, hiddenAt: '2026-03-01T00:00:01.000Z' })),
  ),
  claim(
    'a certificate with another time of the request',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, requestedAt: '2026-02-01T00:00:01.000Z' })),
  ),
  claim(
    'a certificate whose sanitization has another date',
    'certificate.json',
    'claim-differs',
    cert(document => ({
      ...document,
      sanitization: { ...document.sanitization, sanitizedAt: '2026-02-01T00:00:01.000Z' },
    })),
  ),
  claim(
    'a certificate with an edited event',
    'certificate.json',
    'evidence-unproven',
    cert(document => ({
      ...document,
      evidence: document.evidence.map(one => ({
        ...one,
        envelope: one.envelope.replace('"epoch":4', '"epoch":3'),
      })),
    })),
  ),
  claim(
    'a certificate with truncated proofs',
    'certificate.json',
    'evidence-unproven',
    cert(document => ({
      ...document,
      evidence: document.evidence.map(one => ({ ...one, proof: one.proof.slice(1) })),
    })),
  ),
  claim(
    'a certificate without the event of the erasure',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, evidence: document.evidence.filter(({ index }) => index !== 9) })),
  ),
  claim(
    'a certificate with a checkpoint of another log',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, checkpoint: foreign.checkpoint() })),
  ),
  claim(
    'a certificate of another tenant',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, tenant: OTHER_TENANT })),
  ),
  claim(
    'a certificate of another form',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, erased: 'all' })),
  ),
  claim(
    'a receipt with another date of erasure',
    'receipt.json',
    'claim-differs',
    slip(document => ({
      ...document,
      remains: document.remains.map(one => ({ ...one, eraseBy: '2026-03-01T00:04:00.000Z' })),
    })),
  ),
  claim(
    'a receipt with another ground',
    'receipt.json',
    'claim-differs',
    slip(document => ({ ...document, remains: document.remains.map(one => ({ ...one, ground: 'none' })) })),
  ),
  claim(
    'a receipt for another request',
    'receipt.json',
    'claim-unproven',
    slip(document => ({ ...document, request: OTHER })),
  ),
];
