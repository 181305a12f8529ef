import { constants } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LetheError } from '../../domain/errors.ts';
import type { OcsfEvent } from '../../domain/ocsf/ocsf-event.ts';
import type { SiemSink } from '../../domain/ports/siem-sink.ts';
import { diskFiles, errorCode } from '../keystore/durable-files.ts';

export interface FileSinkOptions {
  readonly path: string;
  /** A file that has reached so many bytes is put aside. */
  readonly rotateBytes: number;
}

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR } = constants;
const NEWLINE = 0x0a;
const BLOCK = 64 * 1024;

/**
 * NDJSON that a shipper reads: one event a line, mode 0600, on the disk before `send` resolves. A full file is renamed to
 * `<path>.<position of its last event>`, and is never touched again. A line that a crash has cut off is removed before
 * the next is written. The file is opened for each batch, because the last one may have been another process's.
 */
export const createFileSink = ({ path, rotateBytes }: FileSinkOptions): SiemSink => ({
  name: 'siem/file',
  send: async events => {
    try {
      if ((await append(path, events)) < rotateBytes) return;
      await putAside(path, events.at(-1)?.metadata.sequence ?? 0);
    } catch (cause) {
      throw new LetheError('siem-unavailable', 'the SIEM file cannot be written', { cause });
    }
  },
  close: () => Promise.resolve(),
});

/** Writes whole lines behind whole lines; the size of the file afterwards. */
async function append(path: string, events: readonly OcsfEvent[]): Promise<number> {
  const lines = Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join(''), 'utf8');
  const file = await open(path, O_CREAT | O_APPEND | O_RDWR, 0o600);
  try {
    const end = await endOfLines(file);
    await file.truncate(end);
    await file.appendFile(lines);
    await file.sync();
    await diskFiles.syncDirectory(dirname(path));
    return end + lines.length;
  } finally {
    await file.close();
  }
}

/** Where the last whole line ends. */
async function endOfLines(file: FileHandle): Promise<number> {
  let end = (await file.stat()).size;
  const block = Buffer.alloc(BLOCK);
  while (end > 0) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

/** A batch that is sent twice may end two files at the same position: neither replaces the other. */
async function putAside(path: string, position: number): Promise<void> {
  let name = `${path}.${position}`;
  for (let copy = 1; await exists(name); copy++) name = `${path}.${position}-${copy}`;
  await rename(path, name);
  await diskFiles.syncDirectory(dirname(path));
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, O_RDONLY)).close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
