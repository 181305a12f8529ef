import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { encodeManifest, type BundleFile } from '../../../src/domain/bundle/manifest.ts';
import { Frontier } from '../../../src/domain/merkle/frontier.ts';
import { leafHash } from '../../../src/domain/merkle/hash.ts';
import { REPORT, signedManifest } from './bundle-parts.ts';
import { noteOf, noteSigner } from './note-signer.ts';
import { envelope, TENANT } from './test-log.ts';

const LINES_A_PIECE = 200;

/**
 * Writes a bundle of the whole log of a tenant with so many events, too many to be held in memory. Returns the key to pin.
 */
export async function writeLargeBundle(path: string, events: number): Promise<string> {
  const signer = noteSigner(`lethe.test/${TENANT}`);
  const root = rootOf(events).toString('base64');
  const files: BundleFile[] = [];
  const zip = new ZipFile();
  const add = (name: string, pieces: () => Iterable<Buffer>): void =>
    zip.addReadStreamLazy(name, { compressionLevel: 1 }, give => {
      give(null, Readable.from(measured(name, pieces(), files), { objectMode: false }));
    });
  add('log/checkpoint', () => [Buffer.from(noteOf(`${signer.name}\n${events}\n${root}\n`, signer))]);
  add('log/entries.ndjson', () => linesOf(events));
  const range = { from: 0, to: events };
  add('log/range-proof.json', () => [
    Buffer.from(JSON.stringify({ ...range, size: events, left: [], right: [] })),
  ]);
  const manifest = () =>
    signedManifest(
      {
        ...{
          format: 'lethe-bundle/1',
          kind: 'soc2-evidence',
          report: REPORT,
          tenant: TENANT,
          region: 'eu-central',
        },
        ...{ asOf: '2026-03-02T00:00:00.000Z', period: {}, policy: { version: 1, pack: 'flux-context' } },
        log: { origin: signer.name, size: events, root, mode: 'range', range, events },
        ...{ files, signature: '-' },
      },
      signer,
    );
  zip.addReadStreamLazy('manifest.json', { compressionLevel: 1 }, give => {
    give(null, Readable.from([encodeManifest(manifest())], { objectMode: false }));
  });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return signer.vkey;
}

const eventOf = (n: number): Buffer => envelope(n, { type: 'upload.received', asset: `asset-${n}` });

function rootOf(events: number): Buffer {
  const frontier = new Frontier();
  for (let n = 0; n < events; n++) frontier.append(leafHash(eventOf(n)));
  return frontier.root();
}

function* linesOf(events: number): Generator<Buffer> {
  for (let n = 0; n < events; n += LINES_A_PIECE) {
    const count = Math.min(LINES_A_PIECE, events - n);
    yield Buffer.concat(Array.from({ length: count }, (_, at) => [eventOf(n + at), LINE_FEED]).flat());
  }
}

const LINE_FEED = Buffer.from('\n');

function* measured(path: string, pieces: Iterable<Buffer>, files: BundleFile[]): Generator<Buffer> {
  const digest = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    digest.update(piece);
    bytes += piece.length;
    yield piece;
  }
  files.push({ path, bytes, sha256: digest.digest('hex') });
}
