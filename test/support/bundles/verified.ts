import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPins, type PinTexts } from '../../../src/domain/bundle/pins.ts';
import type { Verification } from '../../../src/domain/bundle/verification.ts';
import { verifyBundle } from '../../../src/domain/bundle/verify-bundle.ts';
import { openZipArchive } from '../../../src/platform/archive/zip-archive.ts';
import { filesOf, type BundleParts } from './bundle-parts.ts';
import { zipOf } from './zip.ts';

/** The outcome for a bundle, through a real zip on the disk. */
export async function verified(bundle: BundleParts | Buffer, pins: PinTexts): Promise<Verification> {
  const zip = Buffer.isBuffer(bundle) ? bundle : await zipOf(filesOf(bundle));
  return withFile(zip, async path => {
    const archive = await openZipArchive(path);
    try {
      return await verifyBundle(archive, readPins(pins));
    } finally {
      archive.close();
    }
  });
}

/** Gives a file with these bytes, in a directory of its own, to `use`; both are gone afterwards. */
export async function withFile<T>(bytes: Buffer | string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lethe-bundle-'));
  try {
    const path = join(directory, 'bundle.zip');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
