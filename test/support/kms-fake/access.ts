import { z } from 'zod';
import { isAllowed, type IamRequest, type Policy } from '../iam.ts';
import { ACCOUNT, type FakeKeys } from './keys.ts';
import { KmsRefusal } from './refusal.ts';

const requestedTags = z.array(z.object({ TagKey: z.string(), TagValue: z.string() })).default([]);

/** Policies by access key id; whoever is not listed may do everything. */
export type Roles = ReadonlyMap<string, readonly Policy[]>;

interface Asked {
  readonly operation: string;
  readonly region: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throws AccessDeniedException where IAM says no, for any of the resources that the operation touches. */
export function requireAccess(policies: readonly Policy[] | undefined, keys: FakeKeys, asked: Asked): void {
  if (policies === undefined) return;
  for (const request of requestsOf(keys, asked)) {
    if (!isAllowed(policies, request))
      throw new KmsRefusal('AccessDeniedException', `not authorized to perform: ${request.action}`);
  }
}

function requestsOf(keys: FakeKeys, { operation, region, body }: Asked): IamRequest[] {
  const action = `kms:${operation}`;
  const alias = body['AliasName'];
  const name = body['KeyId'] ?? body['TargetKeyId'];
  const context = { ...contextKeys(body['EncryptionContext']), ...requestTags(body['Tags']) };
  const requests: IamRequest[] = [];
  if (typeof alias === 'string')
    requests.push({ action, resource: `arn:aws:kms:${region}:${ACCOUNT}:${alias}`, keys: context });
  if (typeof name === 'string') {
    const { arn, tags } = keys.find(region, name);
    requests.push({ action, resource: arn, keys: { ...context, ...resourceTags(tags) } });
  }
  if (requests.length === 0) requests.push({ action, resource: '*', keys: context });
  // AWS KMS, CreateKey: tags on a new key need the right to tag.
  if (Array.isArray(body['Tags'])) requests.push({ action: 'kms:TagResource', resource: '*', keys: context });
  return requests;
}

function contextKeys(context: unknown): IamRequest['keys'] {
  if (typeof context !== 'object' || context === null) return {};
  const pairs = Object.entries(context).map(
    ([key, value]) => [`kms:EncryptionContext:${key}`, String(value)] as const,
  );
  return { ...Object.fromEntries(pairs), 'kms:EncryptionContextKeys': Object.keys(context) };
}

function requestTags(tags: unknown): IamRequest['keys'] {
  const parsed = requestedTags.parse(tags);
  return Object.fromEntries(parsed.map(tag => [`aws:RequestTag/${tag.TagKey}`, tag.TagValue] as const));
}

const resourceTags = (tags: Readonly<Record<string, string>>): IamRequest['keys'] =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
