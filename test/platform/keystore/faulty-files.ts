import { diskFiles, type DurableFiles } from '../../../src/platform/keystore/durable-files.ts';

/** not-stored: the step fails and nothing happened · half: half of its bytes · stored: it happened, the caller isn't told. */
export type Fault = 'not-stored' | 'half' | 'stored';

export interface FaultyFiles {
  readonly files: DurableFiles;
  /** Steps taken since the last arm(). */
  steps(): number;
  /** The given step from now on (1, 2 …) fails so, and all after it: the process is dead. */
  arm(step: number, fault: Fault): void;
  disarm(): void;
}

type Write = (bytes: Buffer) => Promise<void>;

/** The real disk, until an armed step comes. */
export function createFaultyFiles(): FaultyFiles {
  let taken = 0;
  let armed: { readonly step: number; readonly fault: Fault } | undefined;

  const step = async <T>(
    run: () => Promise<T>,
    half: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<T> => {
    taken++;
    if (armed === undefined || taken < armed.step) return run();
    if (taken === armed.step && armed.fault === 'stored') await run();
    if (taken === armed.step && armed.fault === 'half') await half();
    throw new Error('injected fault');
  };
  const write = (bytes: Buffer, run: Write): Promise<void> =>
    step(
      () => run(bytes),
      () => run(bytes.subarray(0, bytes.length >> 1)),
    );

  const files: DurableFiles = {
    makeDirectory: path => step(() => diskFiles.makeDirectory(path)),
    writeNew: (path, bytes) => write(bytes, some => diskFiles.writeNew(path, some)),
    link: (from, to) => step(() => diskFiles.link(from, to)),
    rename: (from, to) => step(() => diskFiles.rename(from, to)),
    overwrite: (path, bytes) => write(bytes, some => diskFiles.overwrite(path, some)),
    truncate: path => step(() => diskFiles.truncate(path)),
    unlink: path => step(() => diskFiles.unlink(path)),
    removeTree: path => step(() => diskFiles.removeTree(path)),
    syncDirectory: path => step(() => diskFiles.syncDirectory(path)),
    read: path => diskFiles.read(path),
    list: path => diskFiles.list(path),
  };

  return {
    files,
    steps: () => taken,
    arm: (at, fault) => {
      taken = 0;
      armed = { step: at, fault };
    },
    disarm: () => {
      taken = 0;
      armed = undefined;
    },
  };
}
