import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { mintKey, parseKey, secretMatches } from '../application/credentials.ts';
import type { Credential, CredentialStore } from '../domain/ports/credentials.ts';
import { alone } from './alone.ts';
import { systemClock } from './compose.ts';
import type { Foundation } from './foundation.ts';

export interface OperatorKey {
  readonly file: string;
  /** The key itself where it is new: shown once. */
  readonly issued: string | undefined;
}

/**
 * `where-unknown`: also for a database that is not the file's, so that whoever starts the service alone can always enter.
 * `first`: only where the cell has no operator yet; of several processes with data directories of their own, one makes it.
 */
export type OperatorKeyPolicy = 'where-unknown' | 'first';

/** Of processes that start at once, one after the other. */
export async function giveOperatorKey(
  { config, stores }: Pick<Foundation, 'config' | 'stores'>,
  policy: OperatorKeyPolicy,
): Promise<OperatorKey> {
  const file = join(config.dataDir, 'operator.key');
  let given: OperatorKey = { file, issued: undefined };
  await alone(stores.leases, 'operator-key', async () => {
    given = await ensureOperatorKey(file, stores.credentials, policy);
  });
  return given;
}

/**
 * The first key of the service, in `<data dir>/operator.key` (mode 0600). A file whose key the store knows, and nobody has revoked, is
 * left as it is; otherwise a new key is written before it is stored, so that a crash in between leaves a key that is merely unknown.
 */
async function ensureOperatorKey(
  file: string,
  store: CredentialStore,
  policy: OperatorKeyPolicy,
): Promise<OperatorKey> {
  if ((await isKnown(file, store)) || (policy === 'first' && (await hasOperator(store)))) {
    return { file, issued: undefined };
  }
  const { id, key, hash } = mintKey(randomBytes);
  const issued = key.reveal().toString('utf8');
  await writeSecret(file, `${issued}\n`);
  const createdAt = systemClock.now();
  await store.insert({
    id,
    tenant: null,
    role: 'operator',
    subject: null,
    hash,
    createdAt,
    expiresAt: null,
    revokedAt: null,
  });
  return { file, issued };
}

async function isKnown(file: string, store: CredentialStore): Promise<boolean> {
  const parsed = parseKey((await readFile(file, 'utf8').catch(() => '')).trim());
  const known = parsed === undefined ? undefined : await store.find(parsed.id);
  return parsed !== undefined && isAlive(known) && secretMatches(parsed.secret, known.hash);
}

const isAlive = (key: Credential | undefined): key is Credential =>
  key !== undefined && key.revokedAt === null;

const hasOperator = async (store: CredentialStore): Promise<boolean> =>
  (await store.list(null)).some(({ role, revokedAt }) => role === 'operator' && revokedAt === null);

/** Mode 0600, and whole or not at all. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
