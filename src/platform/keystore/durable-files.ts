import { constants } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, unlink, type FileHandle } from 'node:fs/promises';

/**
 * What the keystore does to a disk. Each call is one step after which a crash may come; when it resolves, file contents
 * are on the disk, and names are too once `syncDirectory` of their folder resolves.
 */
export interface DurableFiles {
  /** A folder of mode 0700. Fails where one stands. */
  makeDirectory(path: string): Promise<void>;
  /** A new file of mode 0600, written and fsynced. Fails where one stands (O_EXCL). */
  writeNew(path: string, bytes: Buffer): Promise<void>;
  /** Gives a finished file a second name: atomic; false where the name is taken. */
  link(from: string, to: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** Replaces the first bytes of a file in place, and fsyncs. */
  overwrite(path: string, bytes: Buffer): Promise<void>;
  truncate(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  removeTree(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  read(path: string): Promise<Buffer>;
  list(path: string): Promise<string[]>;
}

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_WRONLY } = constants;

async function withFile(
  path: string,
  flags: number,
  use: (file: FileHandle) => Promise<unknown>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, done);
    done += bytesWritten;
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The real disk. */
export const diskFiles: DurableFiles = {
  makeDirectory: async path => {
    await mkdir(path, { mode: 0o700 });
  },
  writeNew: (path, bytes) => withFile(path, O_CREAT | O_EXCL | O_WRONLY, file => writeAll(file, bytes)),
  link: tryLink,
  rename,
  overwrite: (path, bytes) => withFile(path, O_RDWR, file => writeAll(file, bytes)),
  truncate: path => withFile(path, O_RDWR, file => file.truncate(0)),
  unlink,
  removeTree: path => rm(path, { recursive: true, force: true }),
  syncDirectory: path => withFile(path, O_RDONLY, () => Promise.resolve()),
  read: path => readFile(path),
  list: path => readdir(path),
};
