import { Buffer } from 'node:buffer';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LeaseCheck } from '../../domain/ports/leases.ts';
import type { CheckpointKeeper } from '../../domain/ports/notary.ts';
import { diskFiles, errorCode, type DurableFiles } from '../keystore/durable-files.ts';

const KEPT = '.checkpoint';
const REFUSED = '.refused';
const DRAFT = '.new';
/** `<tenant>.<generation>.abandoned` */
const ABANDONED = /^(?<tenant>[^.]+)\.\d+\.abandoned$/;

export interface KeptCheckpointOptions {
  /** Made, mode 0700, where it is missing. */
  readonly dir: string;
  readonly files?: DurableFiles;
}

/** One file a tenant: written aside, fsynced, renamed, its folder fsynced. A draft that a crash left is thrown away. */
export async function openKeptCheckpoints({
  dir,
  files = diskFiles,
}: KeptCheckpointOptions): Promise<CheckpointKeeper> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await files.syncDirectory(dirname(dir));

  const read = async (name: string): Promise<string | undefined> => {
    try {
      return (await files.read(join(dir, name))).toString('utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  };
  const write = async (name: string, text: string, check?: LeaseCheck): Promise<void> => {
    const draft = join(dir, `${name}${DRAFT}`);
    await files.removeTree(draft);
    await files.writeNew(draft, Buffer.from(text));
    // From here on, another holder of the lease takes this draft away before it keeps its own.
    await check?.();
    await files.rename(draft, join(dir, name));
    await files.syncDirectory(dir);
  };
  const abandoned = new Map<string, number>();
  for (const name of await files.list(dir)) {
    const tenant = ABANDONED.exec(name)?.groups?.['tenant'];
    if (tenant !== undefined) abandoned.set(tenant, (abandoned.get(tenant) ?? 0) + 1);
  }
  const generation = (tenant: string): number => (abandoned.get(tenant) ?? 0) + 1;
  return {
    generation,
    abandon: async tenant => {
      const aside = `${tenant}.${generation(tenant)}.abandoned`;
      await files.rename(join(dir, `${tenant}${KEPT}`), join(dir, aside));
      await files.syncDirectory(dir);
      abandoned.set(tenant, generation(tenant));
    },
    read: tenant => read(`${tenant}${KEPT}`),
    keep: (tenant, note, check) => write(`${tenant}${KEPT}`, note, check),
    tenants: async () => {
      const names = await files.list(dir);
      return names.filter(name => name.endsWith(KEPT)).map(name => name.slice(0, -KEPT.length));
    },
    refuse: (tenant, reason) => write(`${tenant}${REFUSED}`, `${reason}\n`),
    refusal: async tenant => (await read(`${tenant}${REFUSED}`))?.trimEnd(),
  };
}
