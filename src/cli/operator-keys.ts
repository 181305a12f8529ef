import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { mintSecret, parseKey, secretMatches } from '../application/credentials.ts';
import { LetheError } from '../domain/errors.ts';
import type { Credential } from '../domain/ports/credentials.ts';
import { addDuration, duration } from '../domain/time/duration.ts';
import { loadConfig } from '../platform/config.ts';
import { systemClock } from './compose.ts';
import { writeSecret } from './operator-key.ts';
import type { Stores } from './stores.ts';
import { withStores } from './with-stores.ts';

export function registerOperatorKeys(program: Command): void {
  const keys = program
    .command('operator-keys')
    .description("the cell's own API keys, which belong to no tenant: list them");
  keys.action(() => withStores(list));
  keys
    .command('rotate')
    .option('--overlap <duration>', 'how long the present secret stays good: ISO 8601', isoDuration, 'PT1H')
    .description('give the key in the data directory a new secret')
    .action(({ overlap }: { readonly overlap: string }) => withStores(stores => rotate(stores, overlap)));
  keys
    .command('revoke')
    .description('end a key, with both its secrets')
    .argument('<id>', 'a key of role operator; the next start makes another where none is left')
    .action((id: string) => withStores(stores => revoke(stores, id)));
}

function isoDuration(given: string): string {
  if (!duration.safeParse(given).success) throw new InvalidArgumentError('must be a duration such as PT1H');
  return given;
}

async function list({ credentials }: Stores): Promise<void> {
  for (const { id, role, createdAt, revokedAt, lastUsedAt } of await credentials.list(null)) {
    const state = revokedAt === null ? 'good' : `revoked ${revokedAt.toISOString()}`;
    const used = lastUsedAt === null ? 'not of use yet' : `last of use ${lastUsedAt.toISOString()}`;
    process.stdout.write(`${id} ${role}: made ${createdAt.toISOString()}, ${used}, ${state}\n`);
  }
}

async function rotate({ credentials }: Stores, overlap: string): Promise<void> {
  const file = join(loadConfig(process.env).dataDir, 'operator.key');
  const present = parseKey((await readFile(file, 'utf8')).trim());
  const stored = present === undefined ? undefined : await credentials.find(present.id);
  if (present === undefined || stored?.tenant !== null || !secretMatches(present.secret, stored.hash)) {
    throw new LetheError('credential-not-found', 'the file operator.key holds no key of this service');
  }
  const { key, hash } = mintSecret(stored.id, randomBytes);
  const previousUntil = addDuration(systemClock.now(), overlap);
  const rotation = { from: stored.hash, to: hash, previousUntil, expiresAt: stored.expiresAt };
  // The store comes first: a crash before the file is written leaves a key that is good for the overlap.
  if (!(await credentials.rotate(null, stored.id, rotation))) {
    throw new LetheError('credential-changed', 'the key was rotated or revoked meanwhile');
  }
  await writeSecret(file, `${key.reveal().toString('utf8')}\n`);
  process.stdout.write(`${file} holds the new secret; the former one ends ${previousUntil.toISOString()}\n`);
}

async function revoke({ credentials }: Stores, id: string): Promise<void> {
  const isOperators = (key: Credential): boolean => key.id === id && key.role === 'operator';
  if (!(await credentials.list(null)).some(isOperators)) {
    throw new LetheError('credential-not-found', 'there is no such key of an operator');
  }
  await credentials.revoke(null, id, systemClock.now());
  process.stdout.write(`${id} is revoked; no process takes it for longer than two seconds\n`);
}
