import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { mintKey, parseKey, secretMatches } from '../application/credentials.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { CredentialStore } from '../domain/ports/credentials.ts';

export interface OperatorKey {
  readonly file: string;
  /** The key itself where it is new: shown once. */
  readonly issued: string | undefined;
}

/**
 * The first key of the service, in `<data dir>/operator.key` (mode 0600). A file whose key the store knows is left as it
 * is; otherwise (first start, or a database that is not the file's) a new key is written before it is stored, so that a
 * crash in between leaves a key that is merely unknown.
 */
export async function ensureOperatorKey(
  dataDir: string,
  store: CredentialStore,
  clock: Clock,
): Promise<OperatorKey> {
  const file = join(dataDir, 'operator.key');
  const parsed = parseKey((await readFile(file, 'utf8').catch(() => '')).trim());
  const known = parsed === undefined ? undefined : await store.find(parsed.id);
  if (parsed !== undefined && known !== undefined && secretMatches(parsed.secret, known.hash)) {
    return { file, issued: undefined };
  }
  const { id, key, hash } = mintKey(randomBytes);
  const issued = key.reveal().toString('utf8');
  await writeSecret(file, `${issued}\n`);
  const createdAt = clock.now();
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

async function writeSecret(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
