import type { Command } from 'commander';
import { LetheError } from '../domain/errors.ts';
import type { AwsKmsConfig } from '../platform/aws-kms/aws-kms-config.ts';
import type { TaggedKey } from '../platform/aws-kms/find-keys.ts';
import { loadConfig } from '../platform/config.ts';
import { systemClock } from './compose.ts';
import type { Stores } from './stores.ts';
import { withStores } from './with-stores.ts';

/** A key that is younger may be about to be recorded. */
const SETTLED_MS = 3_600_000;

export function registerOrphans(program: Command): void {
  program
    .command('orphans')
    .description('AWS KMS: name keys that were made and that no epoch records; changes nothing')
    .action(() => withStores(nameOrphans));
}

async function nameOrphans(stores: Stores): Promise<void> {
  const { awsKms } = loadConfig(process.env);
  if (awsKms === undefined) throw new LetheError('config-invalid', '`lethe orphans` is for AWS_KMS=1');
  const orphans = await findOrphans(awsKms, await recordedKeys(stores));
  for (const { keyId, tenant, epoch, createdAt } of orphans)
    process.stdout.write(`${keyId} tenant ${tenant} epoch ${epoch} made ${createdAt.toISOString()}\n`);
  process.stdout.write(`${orphans.length} keys that no epoch of this database records\n`);
}

async function recordedKeys({ epochs }: Pick<Stores, 'epochs'>): Promise<Set<string>> {
  const recorded = new Set<string>();
  for (const tenant of await epochs.store.tenants())
    for (const { kmsKeyId } of await epochs.store.list(tenant)) recorded.add(kmsKeyId);
  return recorded;
}

async function findOrphans(config: AwsKmsConfig, recorded: ReadonlySet<string>): Promise<TaggedKey[]> {
  const { createKmsCalls } = await import('../platform/aws-kms/calls.ts');
  const { findKeys } = await import('../platform/aws-kms/find-keys.ts');
  const { endpoint, deadlineMs, defaultRegion, regions } = config;
  const calls = createKmsCalls({ endpoint, deadlineMs, profile: undefined, onCall: () => undefined });
  const settled = systemClock.now().getTime() - SETTLED_MS;
  const found: TaggedKey[] = [];
  try {
    const everywhere = defaultRegion === undefined ? [] : [defaultRegion];
    for (const region of new Set([...everywhere, ...regions.values()]))
      for await (const key of findKeys(calls, region, recorded))
        if (key.createdAt.getTime() <= settled) found.push(key);
  } finally {
    calls.close();
  }
  return found;
}
