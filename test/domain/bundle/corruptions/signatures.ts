import { noteOf, noteSigner } from '../../../support/bundles/note-signer.ts';
import { flippedBit, forged, rehashed, resigned } from '../../../support/bundles/tamper.ts';
import { OTHER_TENANT } from '../../../support/bundles/test-log.ts';
import { corruption, foreign, log, manifest, report, single, type Corruption } from './corruption.ts';

/** Whoever signed the manifest and the checkpoint, and what they signed. */
export const SIGNATURES: readonly Corruption[] = [
  corruption('a manifest that matches a changed file', 'manifest.json', 'manifest-signature-invalid', () =>
    rehashed(report, 'report.pdf', bytes => flippedBit(bytes)),
  ),
  corruption(
    'a signature by another key of the same name',
    'manifest.json',
    'manifest-signature-invalid',
    () => forged(report, log.signer.name),
  ),
  corruption('the signature of another bundle', 'manifest.json', 'manifest-signature-invalid', () => ({
    ...report,
    manifest: { ...report.manifest, signature: single.manifest.signature },
  })),
  corruption(
    'a manifest for another tenant',
    'manifest.json',
    'tenant-differs',
    manifest(said => ({ ...said, tenant: OTHER_TENANT })),
  ),
  corruption('an old checkpoint', 'log/checkpoint', 'checkpoint-differs', () =>
    resigned(report, log.signer, 'log/checkpoint', () => Buffer.from(log.checkpoint(20))),
  ),
  corruption('the checkpoint of another tenant', 'log/checkpoint', 'checkpoint-invalid', () =>
    resigned(report, log.signer, 'log/checkpoint', () => Buffer.from(foreign.checkpoint())),
  ),
  corruption(
    'a checkpoint signed by another key of the same name',
    'log/checkpoint',
    'checkpoint-invalid',
    () =>
      resigned(report, log.signer, 'log/checkpoint', () =>
        Buffer.from(noteOf(log.checkpointText(), noteSigner(log.signer.name))),
      ),
  ),
  corruption('a checkpoint of another root', 'log/checkpoint', 'checkpoint-differs', () =>
    resigned(report, log.signer, 'log/checkpoint', () =>
      Buffer.from(noteOf(`${log.signer.name}\n23\n${log.leaf(0).toString('base64')}\n`, log.signer)),
    ),
  ),
  corruption(
    'a log size that is a lie',
    'log/checkpoint',
    'checkpoint-differs',
    manifest(said => ({ ...said, log: { ...said.log, size: 24 } })),
  ),
  corruption(
    'a number of events that is a lie',
    'log/entries.ndjson',
    'entry-count-differs',
    manifest(said => ({ ...said, log: { ...said.log, events: 12 } })),
  ),
];
