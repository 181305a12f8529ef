import { z } from 'zod';
import { DELETION_CAUSES } from '../events/erasure-events.ts';

export const RECEIPT_FORMAT = 'lethe-erasure-receipt/1';
export const CERTIFICATE_FORMAT = 'lethe-erasure-certificate/1';

const instant = z.iso.datetime();
const say = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description });

/** One stored event of the log, with the proof that it is a leaf of the tree that `checkpoint` signs. */
const provenEvent = z.strictObject({
  envelope: say(z.string(), 'the exact stored text: its bytes are the leaf'),
  index: say(z.int().nonnegative(), 'number of the leaf, from 0'),
  proof: say(
    z.array(z.base64()),
    'inclusion proof (RFC 6962 §2.1.1): SHA-256 hashes, Base64, from the leaf upwards',
  ),
});
export type ProvenEnvelope = z.infer<typeof provenEvent>;

/** What a receipt and a certificate both say. */
const common = {
  tenant: z.uuid(),
  organisation: say(z.string(), 'the controller or its processor'),
  region: say(z.string(), 'region of the log, the keys and the exports'),
  issuedAt: instant,
  request: say(z.uuid(), 'id of the deletion request'),
  scope: say(z.enum(['asset', 'account']), 'what was asked for'),
  subject: say(z.uuid().nullable(), 'inside reference of the user; it names nobody'),
  cause: z.enum(DELETION_CAUSES).nullable(),
  requestedAt: instant,
  hiddenAt: say(instant.nullable(), 'from then on nobody could see it any more'),
  evidence: say(z.array(provenEvent), 'the events that this document rests on'),
  checkpoint: say(z.string(), 'C2SP signed note: origin, size and root of the log that all proofs lead to'),
};

const keptAsset = z.strictObject({
  asset: z.string(),
  ground: say(z.enum(['abuse-monitoring', 'legal-hold', 'none']), 'why a sealed copy is kept until then'),
  eraseBy: say(instant.nullable(), 'when its keys are destroyed; a legal hold may postpone it'),
  erasedAt: instant.nullable(),
});

/** Given at once: what was hidden, what remains, on which ground, and by when it is erased (promises 10, 11). */
export const erasureReceipt = z.strictObject({
  format: z.literal(RECEIPT_FORMAT),
  ...common,
  state: z.enum(['requested', 'hidden', 'held', 'erased', 'beyond-backup']),
  eraseBy: say(instant.nullable(), 'when the last of it is erased'),
  remains: z.array(keptAsset),
});
export type ErasureReceipt = z.infer<typeof erasureReceipt>;

const erasedKeys = z.strictObject({
  asset: say(z.string().nullable(), 'null: the profile and the directory entry of the account'),
  keys: say(z.array(z.uuid()), 'ids of the data keys that were destroyed'),
  epoch: z.int().nullable(),
  erasedAt: instant,
  certificate: say(z.uuid().nullable(), 'id of the erasure.certified event'),
  logIndex: say(z.int().nonnegative(), 'leaf of the event that records the destruction'),
});

/** The fields of the certificate of sanitization of NIST SP 800-88 Rev. 2, for cryptographic erase. */
const sanitization = z.strictObject({
  media: say(z.string(), 'logical: the data keys of what is listed under `erased`'),
  location: z.string(),
  preSanitizationCategory: z.string(),
  method: z.literal('purge'),
  technique: z.literal('cryptographic-erase'),
  algorithm: say(z.string(), 'encryption of what the keys protected'),
  tool: z.strictObject({ name: z.literal('Lethe'), version: z.string() }),
  verification: say(z.string(), 'how it was verified that nothing opens any more'),
  performedBy: say(z.string(), 'actor of the log: the worker that destroyed the keys'),
  sanitizedAt: instant,
  postState: z.string(),
});

const copy = z.strictObject({
  store: z.string(),
  remains: z.string(),
  until: say(instant.nullable(), 'from then on nothing erased can be read out of it; null: not yet'),
  how: z.string(),
});

/** Given once the keys are destroyed (GDPR Art. 17; promises 9, 10, 27, 29, 42). */
export const erasureCertificate = z.strictObject({
  format: z.literal(CERTIFICATE_FORMAT),
  certificate: say(z.uuid(), 'id of this certificate'),
  ...common,
  erasedAt: instant,
  beyondBackupAt: say(instant.nullable(), 'from then on no backup can bring the keys back; null: not yet'),
  erased: z.array(erasedKeys),
  sanitization,
  stores: say(z.array(copy), 'every place where something of it may have been, with its own date'),
  recipients: say(
    z.array(z.strictObject({ name: z.string(), region: z.string().nullable(), toldAt: instant.nullable() })),
    'sub-processors of the policy in force; toldAt: when the erasure was passed on to them (GDPR Art. 19), if it was',
  ),
});
export type ErasureCertificate = z.infer<typeof erasureCertificate>;

/** Published under /schemas, by file name. */
export const PUBLISHED_SCHEMAS = {
  'erasure-receipt.schema.json': erasureReceipt,
  'erasure-certificate.schema.json': erasureCertificate,
} as const;

/** A published schema as its file: JSON Schema 2020-12. */
export const schemaFile = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema), undefined, 2)}\n`;
