import { describe, expect, it } from 'vitest';
import { ndjson, once } from '../../../src/workers/reports/bundle/bytes.ts';
import { zipBundle, type BundlePart } from '../../../src/workers/reports/bundle/zip.ts';
import { openBundle, sha256 } from '../../support/bundle.ts';
import { collect } from '../../support/collect.ts';

const time = new Date('2026-01-02T03:04:06.000Z');
async function* batches<T>(...items: T[][]): AsyncGenerator<T[]> {
  for (const batch of items) yield await Promise.resolve(batch);
}
const part = (path: string, text: string): BundlePart => ({ path, bytes: () => once(text) });

describe('the zip of a bundle', () => {
  it('holds the files in order, the manifest last, with the size and hash of each', async () => {
    const parts = [part('report.pdf', 'one'), part('data/rows.ndjson', '{"a":1}\n'), part('empty', '')];
    const zip = await collect(zipBundle({ parts, manifest: files => JSON.stringify(files), time }));
    const bundle = openBundle(zip);
    expect(bundle.paths).toEqual(['report.pdf', 'data/rows.ndjson', 'empty', 'manifest.json']);
    expect(bundle.json('manifest.json')).toEqual(
      ['report.pdf', 'data/rows.ndjson', 'empty'].map(path => ({
        path,
        bytes: bundle.bytes(path).length,
        sha256: sha256(bundle.bytes(path)),
      })),
    );
  });

  it('is the same to the byte for the same files', async () => {
    const make = () => collect(zipBundle({ parts: [part('a', 'text')], manifest: () => '{}', time }));
    expect((await make()).equals(await make())).toBe(true);
  });

  it('fails as a whole when a file fails half-way', async () => {
    const broken: BundlePart = {
      path: 'broken',
      bytes: async function* () {
        yield await Promise.resolve(Buffer.from('half'));
        throw new Error('the source is gone');
      },
    };
    const zip = zipBundle({ parts: [part('a', 'text'), broken], manifest: () => '{}', time });
    await expect(collect(zip)).rejects.toThrow('the source is gone');
  });
});

describe('an NDJSON file', () => {
  it('has one line an item, over all batches', async () => {
    const text = (await collect(ndjson(batches([{ a: 1 }, { a: 2 }], [], [{ a: 3 }])))).toString('utf8');
    expect(text).toBe('{"a":1}\n{"a":2}\n{"a":3}\n');
  });
});
