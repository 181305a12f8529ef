import type { Archive, ArchiveFile } from './archive.ts';
import type { Findings } from './findings.ts';
import { BUNDLE_PATHS, type BundleFile, type BundleManifest } from './manifest.ts';

/** The files that the manifest lists, each with the one file of the archive that bears its name. */
export type ListedFiles = ReadonlyMap<string, { readonly listed: BundleFile; readonly file: ArchiveFile }>;

/**
 * Every file listed exactly once, none unlisted, doubled or missing, the manifest last. Of a doubled name neither is
 * taken: readers of zips differ on which one counts.
 */
export function checkFiles(archive: Archive, manifest: BundleManifest, findings: Findings): ListedFiles {
  for (const oddity of archive.oddities) findings.add('zip', 'unaccounted-bytes', oddity);
  const inArchive = byName(archive.files);
  const listed = new Map<string, BundleFile>();
  for (const file of manifest.files) {
    if (listed.has(file.path)) findings.add(file.path, 'file-listed-twice', 'the manifest lists it twice');
    listed.set(file.path, file);
  }
  for (const [name, files] of inArchive) {
    if (files.length > 1) {
      findings.add(shown(name), 'file-doubled', `is in the zip ${files.length} times`);
    } else if (!listed.has(name) && name !== BUNDLE_PATHS.manifest) {
      findings.add(shown(name), 'file-unlisted', 'is in the zip, but the manifest does not list it');
    }
  }
  checkCollisions([...listed.keys(), BUNDLE_PATHS.manifest], findings);
  checkOrder(archive, manifest, findings);
  return paired(listed, inArchive, findings);
}

function paired(
  listed: ReadonlyMap<string, BundleFile>,
  inArchive: ReadonlyMap<string, readonly ArchiveFile[]>,
  findings: Findings,
): ListedFiles {
  return new Map(
    [...listed].flatMap(([path, entry]) => {
      const [file, ...others] = inArchive.get(path) ?? [];
      if (file === undefined) {
        findings.add(path, 'file-missing', 'the manifest lists it, but it is not in the zip');
        return [];
      }
      return others.length > 0 ? [] : [[path, { listed: entry, file }] as const];
    }),
  );
}

/** Names that are one file on some disks: those that ignore case, or dots at the end. */
function checkCollisions(paths: readonly string[], findings: Findings): void {
  const taken = new Map<string, string>();
  for (const path of paths) {
    const unpacked = path.toLowerCase().replaceAll(/\.+(?=\/|$)/g, '');
    const other = taken.get(unpacked);
    if (other !== undefined && other !== path)
      findings.add(path, 'file-doubled', `is the same file as ${other} on some disks`);
    taken.set(unpacked, path);
  }
}

function checkOrder(archive: Archive, manifest: BundleManifest, findings: Findings): void {
  const order = [...manifest.files.map(({ path }) => path), BUNDLE_PATHS.manifest];
  const isSame = archive.files.every(({ name }, at) => name === order[at]);
  if (!isSame)
    findings.add('zip', 'file-order-differs', 'its files do not stand in the order of the manifest');
}

function byName(files: readonly ArchiveFile[]): Map<string, ArchiveFile[]> {
  const named = new Map<string, ArchiveFile[]>();
  for (const file of files) {
    const same = named.get(file.name);
    if (same === undefined) named.set(file.name, [file]);
    else same.push(file);
  }
  return named;
}

/** A name that nobody has checked, for a terminal: plain characters, not endless. */
const shown = (name: string): string => name.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, '?');
