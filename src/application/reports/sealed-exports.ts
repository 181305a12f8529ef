import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Scope } from '../../domain/ports/key-store.ts';
import type { ReportFiles } from '../../domain/ports/report-files.ts';
import { KEY_BYTES } from '../../domain/sealing/gcm.ts';
import {
  openStream,
  sealStream,
  STREAM_HEADER_BYTES,
  STREAM_SALT_BYTES,
} from '../../domain/sealing/stream.ts';
import type { RandomBytes } from '../vault/random.ts';
import type { ReadingVault, Vault } from '../vault/vault.ts';
import { readExactly } from './read-exactly.ts';

export interface WrittenExport {
  /** Of the bundle in clear, hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Bundles at rest: `length (u32) | file key sealed under the data key of report/<id> | sealed stream`. Destroying the
 * data key makes the file unreadable, copies and backups of it included.
 */
export interface SealedExports {
  /** Durable when it resolves. Replaces what an attempt before left. */
  write(tenant: string, report: string, bundle: AsyncIterable<Buffer>): Promise<WrittenExport>;
  /** The bundle in clear. Throws `report-expired` once the key is destroyed, `report-missing` without a file. */
  open(tenant: string, report: string): Promise<AsyncIterable<Buffer>>;
  /** Key first, then the file; idempotent. */
  destroy(tenant: string, report: string): Promise<void>;
}

interface Deps {
  readonly vault: Pick<Vault, 'ensureKeys' | 'seal' | 'erase'>;
  /** Opens with serving rights only. */
  readonly serving: Pick<ReadingVault, 'open'>;
  readonly files: ReportFiles;
  readonly randomBytes: RandomBytes;
  readonly clock: Clock;
}

const LENGTH_BYTES = 4;
const scopeOf = (report: string): Scope => `report/${report}`;

export function createSealedExports(deps: Deps): SealedExports {
  const { vault, serving, files, randomBytes, clock } = deps;

  const write: SealedExports['write'] = async (tenant, report, bundle) => {
    const fileKey = Buffer.from(randomBytes(KEY_BYTES));
    const sealedKey = await sealKey(deps, tenant, report, fileKey);
    const measured = createMeasure();
    const salt = randomBytes(STREAM_SALT_BYTES);
    const sealed = sealStream(fileKey, salt, [tenant, report], measured.through(bundle));
    await files.write(tenant, report, withHead(sealedKey, sealed)).finally(() => fileKey.fill(0));
    return measured.result();
  };

  const open: SealedExports['open'] = async (tenant, report) => {
    const file = await files.read(tenant, report);
    if (file === undefined) throw new LetheError('report-missing', 'the file of the report is not there');
    const reading = readExactly(file);
    try {
      const length = (await reading.take(LENGTH_BYTES)).readUInt32BE();
      const blob = await reading.take(length);
      const opened = await serving.open(tenant, scopeOf(report), 'serving', blob, report, 'content');
      if (opened.status !== 'opened')
        throw new LetheError('report-expired', 'the key of the report is destroyed');
      const header = await reading.take(STREAM_HEADER_BYTES);
      return openStream(opened.bytes, header, [tenant, report], reading.rest());
    } catch (error) {
      await reading.close();
      throw error;
    }
  };

  const destroy: SealedExports['destroy'] = async (tenant, report) => {
    await vault.erase(tenant, [scopeOf(report)], clock.now());
    await files.remove(tenant, report);
  };

  return { write, open, destroy };
}

async function sealKey(
  { vault, clock }: Deps,
  tenant: string,
  report: string,
  fileKey: Buffer,
): Promise<Buffer> {
  const scope = scopeOf(report);
  const wanted = { scope, subject: null, createdAt: clock.now(), store: true };
  const grip = (await vault.ensureKeys(tenant, [wanted])).get(scope);
  if (grip?.status !== 'usable') throw new LetheError('report-expired', 'the key of the report is destroyed');
  return vault.seal(grip, tenant, scope, report, { content: fileKey }).blob;
}

async function* withHead(sealedKey: Buffer, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(sealedKey.length);
  yield Buffer.concat([length, sealedKey]);
  yield* stream;
}

function createMeasure() {
  const digest = createHash('sha256');
  let bytes = 0;
  return {
    through: async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of source) {
        digest.update(piece);
        bytes += piece.length;
        yield piece;
      }
    },
    result: (): WrittenExport => ({ sha256: digest.digest('hex'), bytes }),
  };
}
