import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { arnIn, decrypt, encrypt } from './ciphertext.ts';
import { requireNotPending, requireUsable, stateOf, type FakeKey, type FakeKeys } from './keys.ts';
import { KmsRefusal } from './refusal.ts';

const DAY_MS = 86_400_000;
const keyId = z.string().min(1).max(2_048);
const alias = z.string().regex(/^alias\/[A-Za-z0-9/_-]{1,250}$/);
const context = z.record(z.string(), z.string());
const blob = z
  .base64()
  .min(1)
  .transform(text => Buffer.from(text, 'base64'));
const tag = z.strictObject({ TagKey: z.string().min(1).max(128), TagValue: z.string().max(256) });
const page = { Limit: z.int().min(1).max(1_000).optional(), Marker: z.string().optional() };

/** What each operation takes. Strict: a field that is not known here is a defect of the caller or of the fake. */
export const REQUESTS = {
  CreateKey: z.strictObject({
    Description: z.string().max(8_192).optional(),
    KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
    KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
    Origin: z.literal('AWS_KMS').optional(),
    MultiRegion: z.boolean().optional(),
    Policy: z.string().max(32_768).optional(),
    Tags: z.array(tag).optional(),
  }),
  DescribeKey: z.strictObject({ KeyId: keyId }),
  CreateAlias: z.strictObject({ AliasName: alias, TargetKeyId: keyId }),
  UpdateAlias: z.strictObject({ AliasName: alias, TargetKeyId: keyId }),
  ListKeys: z.strictObject(page),
  ListResourceTags: z.strictObject({ KeyId: keyId, ...page }),
  GenerateDataKey: z.strictObject({
    KeyId: keyId,
    KeySpec: z.enum(['AES_256', 'AES_128']),
    EncryptionContext: context.optional(),
  }),
  Decrypt: z.strictObject({
    KeyId: keyId.optional(),
    CiphertextBlob: blob,
    EncryptionContext: context.optional(),
  }),
  DisableKey: z.strictObject({ KeyId: keyId }),
  EnableKey: z.strictObject({ KeyId: keyId }),
  ScheduleKeyDeletion: z.strictObject({
    KeyId: keyId,
    PendingWindowInDays: z.int().min(7).max(30).optional(),
  }),
  CancelKeyDeletion: z.strictObject({ KeyId: keyId }),
} as const;

export type Operation = keyof typeof REQUESTS;
export type Request<O extends Operation> = z.infer<(typeof REQUESTS)[O]>;

export interface Place {
  readonly keys: FakeKeys;
  readonly clock: Clock;
  readonly region: string;
}

type Operations = { readonly [O in Operation]: (place: Place, request: Request<O>) => object };

/** AWS KMS by its API reference, for symmetric keys; errors by their names. */
export const OPERATIONS: Operations = {
  CreateKey: ({ keys, region, clock }, { Tags = [], Policy }) => {
    const tags = Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    return { KeyMetadata: metadata(keys.create({ region, tags, policy: Policy }), clock) };
  },
  DescribeKey: ({ keys, region, clock }, { KeyId }) => ({
    KeyMetadata: metadata(keys.find(region, KeyId), clock),
  }),
  CreateAlias: ({ keys, region }, { AliasName, TargetKeyId }) => {
    keys.name(region, AliasName, requireNotPending(keys.find(region, TargetKeyId)));
    return {};
  },
  UpdateAlias: ({ keys, region }, { AliasName, TargetKeyId }) => {
    keys.requireAlias(region, AliasName);
    keys.rename(region, AliasName, requireNotPending(keys.find(region, TargetKeyId)));
    return {};
  },
  ListKeys: ({ keys, region }, { Limit = 100, Marker }) => {
    const all = keys.all(region).map(({ arn, keyId: id }) => ({ KeyId: id, KeyArn: arn }));
    const { items, ...rest } = paged(all, Limit, Marker);
    return { Keys: items, ...rest };
  },
  ListResourceTags: ({ keys, region }, { KeyId }) => ({
    Tags: Object.entries(keys.find(region, KeyId).tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    Truncated: false,
  }),
  GenerateDataKey: ({ keys, region }, { KeyId, KeySpec, EncryptionContext = {} }) => {
    const { arn, material } = requireUsable(keys.find(region, KeyId));
    const plaintext = randomBytes(KeySpec === 'AES_256' ? 32 : 16);
    const wrapped = encrypt(arn, material, plaintext, EncryptionContext);
    return {
      KeyId: arn,
      Plaintext: plaintext.toString('base64'),
      CiphertextBlob: wrapped.toString('base64'),
    };
  },
  Decrypt: ({ keys, region }, { KeyId, CiphertextBlob, EncryptionContext = {} }) => {
    const named = KeyId === undefined ? undefined : requireUsable(keys.find(region, KeyId));
    const { arn, material } = requireUsable(named ?? keys.find(region, arnIn(CiphertextBlob)));
    if (arnIn(CiphertextBlob) !== arn) throw wrongKey(arnIn(CiphertextBlob));
    const plaintext = decrypt(arn, material, CiphertextBlob, EncryptionContext);
    return { KeyId: arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  },
  DisableKey: ({ keys, region }, { KeyId }) => {
    requireNotPending(keys.find(region, KeyId)).enabled = false;
    return {};
  },
  EnableKey: ({ keys, region }, { KeyId }) => {
    requireNotPending(keys.find(region, KeyId)).enabled = true;
    return {};
  },
  ScheduleKeyDeletion: ({ keys, region, clock }, { KeyId, PendingWindowInDays = 30 }) => {
    const key = requireNotPending(keys.find(region, KeyId));
    key.deletionDate = new Date(clock.now().getTime() + PendingWindowInDays * DAY_MS);
    key.enabled = false;
    return { KeyId: key.arn, DeletionDate: seconds(key.deletionDate), KeyState: 'PendingDeletion' };
  },
  CancelKeyDeletion: ({ keys, region }, { KeyId }) => {
    const key = keys.find(region, KeyId);
    if (key.deletionDate === undefined)
      throw new KmsRefusal('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
    key.deletionDate = undefined;
    return { KeyId: key.arn };
  },
};

/** What was altered says of itself that it is under another key, or under none. */
const wrongKey = (arn: string): KmsRefusal =>
  new KmsRefusal(arn.startsWith('arn:aws:kms:') ? 'IncorrectKeyException' : 'InvalidCiphertextException');

const seconds = (date: Date): number => date.getTime() / 1_000;

function metadata(key: FakeKey, clock: Clock): object {
  const { arn, keyId: id, createdAt, enabled, deletionDate } = key;
  const isPending = deletionDate !== undefined && deletionDate > clock.now();
  return {
    ...{ Arn: arn, KeyId: id, AWSAccountId: arn.split(':')[4], CreationDate: seconds(createdAt) },
    ...{ Enabled: enabled, KeyState: stateOf(key), KeySpec: 'SYMMETRIC_DEFAULT', MultiRegion: false },
    ...(isPending ? { DeletionDate: seconds(deletionDate) } : {}),
  };
}

function paged<T>(all: readonly T[], limit: number, marker = '0'): { items: T[]; Truncated: boolean } {
  const from = Number(marker);
  const Truncated = all.length > from + limit;
  return {
    items: all.slice(from, from + limit),
    Truncated,
    ...(Truncated ? { NextMarker: String(from + limit) } : {}),
  };
}
