import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFiles } from '../../domain/ports/report-files.ts';
import { diskFiles, errorCode } from '../keystore/durable-files.ts';

/** Sealed reports as files `<dir>/<tenant>/<report>`, mode 0600. What is being written is `<report>.<uuid>.part`. */
export function createReportFiles(dir: string): ReportFiles {
  const folderOf = (tenant: string): string => join(dir, tenant);
  const pathOf = (tenant: string, report: string): string => join(folderOf(tenant), report);

  const removeParts = async (tenant: string, report: string): Promise<void> => {
    const names = await readdir(folderOf(tenant)).catch(ignoreMissing);
    for (const name of names ?? []) {
      if (name.startsWith(`${report}.`)) await rm(join(folderOf(tenant), name), { force: true });
    }
  };

  const write: ReportFiles['write'] = async (tenant, report, bytes) => {
    const folder = folderOf(tenant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // An attempt that is frozen half-way, and wakes, finds its own part gone instead of writing into this one.
    await removeParts(tenant, report);
    const part = `${pathOf(tenant, report)}.${randomUUID()}.part`;
    try {
      await writeDurably(part, bytes);
      await rename(part, pathOf(tenant, report));
      await diskFiles.syncDirectory(folder);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  };

  const read: ReportFiles['read'] = async (tenant, report) => {
    try {
      const file = await open(pathOf(tenant, report), 'r');
      return file.createReadStream() as AsyncIterable<Buffer>;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  };

  const remove: ReportFiles['remove'] = async (tenant, report) => {
    await removeParts(tenant, report);
    await rm(pathOf(tenant, report), { force: true });
    await diskFiles.syncDirectory(folderOf(tenant)).catch(ignoreMissing);
  };

  return { write, read, remove };
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}

async function writeDurably(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}
