import {
  CreateAliasCommand,
  CreateKeyCommand,
  ListResourceTagsCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { LetheError } from '../../domain/errors.ts';
import type { KmsKey } from '../../domain/ports/kms.ts';
import type { KmsCalls } from './calls.ts';
import { describeIn, keyOf } from './describe.ts';
import { isNamed } from './errors.ts';
import type { FreshKeys } from './fresh-keys.ts';
import { aliasOf, tagsOf, type KeyOwner } from './key-names.ts';

export interface KeyMaking {
  readonly calls: KmsCalls;
  readonly fresh: FreshKeys;
  /** JSON document; undefined: AWS's default. */
  readonly keyPolicy: string | undefined;
}

/**
 * The key of a tenant and an epoch. CreateKey takes no idempotency token, so the alias is what makes it happen once: a key
 * that was made and not recorded is found by it, and of two who make one at the same time, one gets the alias and both
 * take that key. A key that got no alias wraps nothing; `lethe orphans` names it.
 */
export async function createTenantKey(making: KeyMaking, region: string, owner: KeyOwner): Promise<KmsKey> {
  const standing = await named(making.calls, region, owner);
  if (standing !== undefined && (await isUsable(making.calls, region, standing, owner))) return standing;
  const made = await make(making, region, owner);
  making.fresh.add(made.keyId);
  // An alias that names a key which is dying, or somebody else's, is moved.
  if (standing !== undefined) return rename(making, region, made, owner);
  return (await giveAlias(making, region, made, owner)) ? made : theOther(making, region, owner);
}

async function named(calls: KmsCalls, region: string, owner: KeyOwner): Promise<KmsKey | undefined> {
  try {
    return keyOf(await describeIn(calls, region, aliasOf(owner)));
  } catch (error) {
    if (error instanceof LetheError && error.code === 'kms-key-not-found') return undefined;
    throw error;
  }
}

/** An alias can be moved by whoever may; the tags were given with the key. */
async function isUsable(
  calls: KmsCalls,
  region: string,
  { keyId, state }: KmsKey,
  owner: KeyOwner,
): Promise<boolean> {
  if (state !== 'enabled') return false;
  const { Tags = [] } = await calls.to(region, 'ListResourceTags', (client, options) =>
    client.send(new ListResourceTagsCommand({ KeyId: keyId }), options),
  );
  return tagsOf(owner).every(({ TagKey, TagValue }) =>
    Tags.some(tag => tag.TagKey === TagKey && tag.TagValue === TagValue),
  );
}

async function make({ calls, keyPolicy }: KeyMaking, region: string, owner: KeyOwner): Promise<KmsKey> {
  const input = {
    Description: `Lethe: epoch ${owner.epoch} of tenant ${owner.tenant}`,
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyUsage: 'ENCRYPT_DECRYPT',
    Origin: 'AWS_KMS',
    // A replica in another region would outlive the key, and the tenant's region with it.
    MultiRegion: false,
    Tags: tagsOf(owner),
    ...(keyPolicy === undefined ? {} : { Policy: keyPolicy }),
  } as const;
  const { KeyMetadata: metadata } = await calls.to(region, 'CreateKey', (client, options) =>
    client.send(new CreateKeyCommand(input), options),
  );
  if (metadata === undefined) throw new LetheError('kms-unavailable', 'AWS KMS described no key');
  return keyOf(metadata);
}

/** False where the alias has been given meanwhile. */
async function giveAlias(
  { calls, fresh }: KeyMaking,
  region: string,
  { keyId }: KmsKey,
  owner: KeyOwner,
): Promise<boolean> {
  const command = new CreateAliasCommand({ AliasName: aliasOf(owner), TargetKeyId: keyId });
  try {
    await fresh.patiently(keyId, () =>
      calls.to(region, 'CreateAlias', (client, options) => client.send(command, options)),
    );
    return true;
  } catch (error) {
    if (error instanceof LetheError && isNamed(error.cause, 'AlreadyExistsException')) return false;
    throw error;
  }
}

async function rename(
  { calls, fresh }: KeyMaking,
  region: string,
  made: KmsKey,
  owner: KeyOwner,
): Promise<KmsKey> {
  const command = new UpdateAliasCommand({ AliasName: aliasOf(owner), TargetKeyId: made.keyId });
  await fresh.patiently(made.keyId, () =>
    calls.to(region, 'UpdateAlias', (client, options) => client.send(command, options)),
  );
  return made;
}

/** Of whoever came first, or of this call's own first try, whose answer was lost. */
async function theOther({ calls, fresh }: KeyMaking, region: string, owner: KeyOwner): Promise<KmsKey> {
  const alias = aliasOf(owner);
  fresh.add(alias);
  const key = keyOf(await fresh.patiently(alias, () => describeIn(calls, region, alias)));
  if (await isUsable(calls, region, key, owner)) return key;
  throw new LetheError('kms-unavailable', 'the alias of the epoch names a key that cannot be used');
}
