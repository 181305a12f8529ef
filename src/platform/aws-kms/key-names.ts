import { LetheError } from '../../domain/errors.ts';

const ARN = /^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\d{12}:key\/(?<id>[A-Za-z0-9-]{1,64})$/;

/** What a key is made for. Becomes its tags, and tenant and epoch its alias. */
export interface KeyOwner {
  readonly tenant: string;
  readonly epoch: string;
  readonly region: string | undefined;
}

/** Tags of a key of the service. IAM policies name them (infra/aws). */
export const TENANT_TAG = 'lethe:tenant';
export const EPOCH_TAG = 'lethe:epoch';

export function tagsOf({ tenant, epoch }: KeyOwner): { TagKey: string; TagValue: string }[] {
  return [
    { TagKey: TENANT_TAG, TagValue: tenant },
    { TagKey: EPOCH_TAG, TagValue: epoch },
  ];
}

/** Throws RangeError where a key is asked for nobody. */
export function ownerOf(tags: Readonly<Record<string, string>>): KeyOwner {
  const { tenant, epoch, region } = tags;
  if (tenant === undefined || epoch === undefined)
    throw new RangeError('a KMS key has a tenant and an epoch');
  return { tenant, epoch, region };
}

export const ALIAS_PREFIX = 'alias/lethe/';
export const aliasOf = ({ tenant, epoch }: KeyOwner): string => `${ALIAS_PREFIX}${tenant}/${epoch}`;

/** Keys go by their ARN, which names the region. Throws LetheError `kms-key-not-found` for any other id. */
export function parseKeyId(keyId: string): { readonly region: string; readonly id: string } {
  const { region, id } = ARN.exec(keyId)?.groups ?? {};
  if (region === undefined || id === undefined)
    throw new LetheError('kms-key-not-found', 'there is no such KMS key: an id is the ARN of a key');
  return { region, id };
}
