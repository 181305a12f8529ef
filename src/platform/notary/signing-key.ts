import type { Buffer } from 'node:buffer';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';
import type { LogKeys } from '../../domain/ports/notary.ts';
import { Secret } from '../../domain/secret.ts';
import { noteSigner, type NoteSigner } from '../../domain/tlog/keys.ts';
import { originOf } from '../../domain/tlog/origin.ts';
import { diskFiles, errorCode, type DurableFiles } from '../keystore/durable-files.ts';

const SEED_BYTES = 32;
const NAME = 'signing-key';
const REMEMBERED = 1_000;

export interface LogKeyOptions {
  /** Made, mode 0700, where it is missing. Several processes may open the same: the first key stands. */
  readonly dir: string;
  /** First part of every origin: `<cell>/<tenant>`. */
  readonly cell: string;
  /** Which log of the tenant is signed: from 2 on, the origin ends with it. */
  readonly generationOf: (tenant: string) => number;
  readonly files?: DurableFiles;
}

/** The cell's Ed25519 key: made once, 32 random bytes in a file of mode 0600. Throws `signing-key-damaged`. */
export async function openLogKeys({
  dir,
  cell,
  generationOf,
  files = diskFiles,
}: LogKeyOptions): Promise<LogKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await files.syncDirectory(dirname(dir));
  const seed = new Secret((await readSeed(files, dir)) ?? (await makeSeed(files, dir)));
  const signers = new LRUCache<string, NoteSigner>({ max: REMEMBERED });
  return {
    signer: tenant => {
      const origin = originOf(cell, tenant, generationOf(tenant));
      const known = signers.get(origin) ?? noteSigner(origin, 'ed25519', seed);
      signers.set(origin, known);
      return known;
    },
  };
}

async function readSeed(files: DurableFiles, dir: string): Promise<Buffer | undefined> {
  try {
    const seed = await files.read(join(dir, NAME));
    if (seed.length !== SEED_BYTES)
      throw new LetheError(
        'signing-key-damaged',
        'the signing key of the notary is damaged: restore its file',
      );
    return seed;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: the finished file gets its name by a link, and whoever comes second takes the first's. */
async function makeSeed(files: DurableFiles, dir: string): Promise<Buffer> {
  const draft = join(dir, `${NAME}.${randomUUID()}`);
  await files.writeNew(draft, randomBytes(SEED_BYTES));
  await files.link(draft, join(dir, NAME));
  await files.unlink(draft);
  await files.syncDirectory(dir);
  const seed = await readSeed(files, dir);
  if (seed === undefined)
    throw new LetheError('signing-key-damaged', 'the signing key of the notary went away');
  return seed;
}
