import type { Buffer } from 'node:buffer';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFiles } from '../../domain/ports/report-files.ts';
import { diskFiles, errorCode } from '../keystore/durable-files.ts';

/** Sealed reports as files `<dir>/<tenant>/<report>`, mode 0600. What is being written ends in `.part`. */
export function createReportFiles(dir: string): ReportFiles {
  const folderOf = (tenant: string): string => join(dir, tenant);
  const pathOf = (tenant: string, report: string): string => join(folderOf(tenant), report);
  const partOf = (tenant: string, report: string): string => `${pathOf(tenant, report)}.part`;

  const write: ReportFiles['write'] = async (tenant, report, bytes) => {
    const folder = folderOf(tenant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = partOf(tenant, report);
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
    await rm(partOf(tenant, report), { force: true });
    await rm(pathOf(tenant, report), { force: true });
    await diskFiles.syncDirectory(folderOf(tenant)).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
  };

  return { write, read, remove };
}

async function writeDurably(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}
