import { manifestText, type BundleManifest } from '../../../src/domain/bundle/manifest.ts';
import { listed, signed, signedManifest, type BundleParts } from './bundle-parts.ts';
import { noteOf, noteSigner, type NoteSigner } from './note-signer.ts';

/** Ways to change a bundle after it was made, or to make a wrong one and sign it. */

/** Changes a file and leaves the manifest alone. */
export function altered(bundle: BundleParts, name: string, change: (bytes: Buffer) => Buffer): BundleParts {
  if (!bundle.parts.some(part => part.name === name)) throw new RangeError(`the bundle has no ${name}`);
  const parts = bundle.parts.map(part => (part.name === name ? { name, bytes: change(part.bytes) } : part));
  return { ...bundle, parts };
}

/** Changes a file, and signs a manifest that fits it: what somebody with the key of the log can do. */
export const resigned = (
  bundle: BundleParts,
  signer: NoteSigner,
  name: string,
  change: (bytes: Buffer) => Buffer,
): BundleParts => signed(altered(bundle, name, change), signer);

/** Changes a file and makes the manifest fit it, under the old signature: what somebody without the key can do. */
export function rehashed(bundle: BundleParts, name: string, change: (bytes: Buffer) => Buffer): BundleParts {
  const { parts, manifest } = altered(bundle, name, change);
  return { parts, manifest: { ...manifest, files: parts.map(listed) } };
}

/** Another manifest over the same files, signed with the key of the log. */
export const restated = (
  { parts, manifest }: BundleParts,
  signer: NoteSigner,
  change: (manifest: BundleManifest) => BundleManifest,
): BundleParts => ({ parts, manifest: signedManifest(change(manifest), signer) });

/** Signed by somebody else under the same name. */
export function forged({ parts, manifest }: BundleParts, name: string): BundleParts {
  return { parts, manifest: { ...manifest, signature: noteOf(manifestText(manifest), noteSigner(name)) } };
}

export function flippedBit(bytes: Buffer, at = Math.floor(bytes.length / 2)): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

/** Changes the lines of a file. */
export const lines =
  (change: (lines: string[]) => readonly string[]) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(
      change(bytes.toString('utf8').slice(0, -1).split('\n'))
        .map(line => `${line}\n`)
        .join(''),
    );

/** Changes what a JSON text says. */
export const json =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who changes a text knows what it holds
  <T extends object>(change: (value: T) => object) =>
    (bytes: Buffer | string): Buffer =>
      Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString()) as T)));
