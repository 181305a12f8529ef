import {
  ListKeysCommand,
  ListResourceTagsCommand,
  type ListKeysCommandOutput,
  type Tag,
} from '@aws-sdk/client-kms';
import { LetheError } from '../../domain/errors.ts';
import type { KmsKey } from '../../domain/ports/kms.ts';
import type { KmsCalls } from './calls.ts';
import { describeIn, keyOf } from './describe.ts';
import { EPOCH_TAG, TENANT_TAG } from './key-names.ts';

/** A key that carries the service's tags. */
export interface TaggedKey extends KmsKey {
  readonly tenant: string;
  readonly epoch: string;
}

/**
 * Usable keys of the service in a region, but for those that are known already. Asks once a key of the account, so it is for
 * a person who looks, not for a loop. Throws what the port throws.
 */
export async function* findKeys(
  calls: KmsCalls,
  region: string,
  known: ReadonlySet<string>,
): AsyncGenerator<TaggedKey> {
  for await (const arn of listKeys(calls, region)) {
    if (known.has(arn)) continue;
    const tags = await tagsIn(calls, region, arn);
    const [tenant, epoch] = [valueOf(tags, TENANT_TAG), valueOf(tags, EPOCH_TAG)];
    if (tenant === undefined || epoch === undefined) continue;
    const key = keyOf(await describeIn(calls, region, arn));
    if (key.state !== 'pending-deletion') yield { ...key, tenant, epoch };
  }
}

async function* listKeys(calls: KmsCalls, region: string): AsyncGenerator<string> {
  let marker: string | undefined;
  do {
    const input = marker === undefined ? {} : { Marker: marker };
    const page: ListKeysCommandOutput = await calls.to(region, 'ListKeys', (client, options) =>
      client.send(new ListKeysCommand(input), options),
    );
    for (const { KeyArn: arn } of page.Keys ?? []) if (arn !== undefined) yield arn;
    marker = page.Truncated === true ? page.NextMarker : undefined;
  } while (marker !== undefined);
}

/** Of a key that the policies do not let us see: it is not the service's. */
async function tagsIn(calls: KmsCalls, region: string, arn: string): Promise<readonly Tag[]> {
  try {
    const { Tags = [] } = await calls.to(region, 'ListResourceTags', (client, options) =>
      client.send(new ListResourceTagsCommand({ KeyId: arn }), options),
    );
    return Tags;
  } catch (error) {
    if (error instanceof LetheError && error.code === 'kms-access-denied') return [];
    throw error;
  }
}

const valueOf = (tags: readonly Tag[], key: string): string | undefined =>
  tags.find(({ TagKey }) => TagKey === key)?.TagValue;
