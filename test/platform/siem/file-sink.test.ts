import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SiemSink } from '../../../src/domain/ports/siem-sink.ts';
import { createFileSink } from '../../../src/platform/siem/file-sink.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { ocsfEvents } from './events.ts';

const signal = new AbortController().signal;
const MEGABYTE = 1024 * 1024;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-siem-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const path = (): string => join(dir, 'ocsf.ndjson');
const sinkWith = (rotateBytes = MEGABYTE, file = path()): SiemSink =>
  createFileSink({ path: file, rotateBytes });
const linesOf = async (file: string): Promise<number[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map(line => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence);

describe('the SIEM file', () => {
  test('has one event a line, and can be read by its owner alone', async () => {
    const sink = sinkWith();
    await sink.send(ocsfEvents(1, 3), signal);
    await sink.send(ocsfEvents(4, 5), signal);
    expect(await linesOf(path())).toEqual([1, 2, 3, 4, 5]);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  test('goes on behind the last whole line after a crash in the middle of one', async () => {
    await sinkWith().send(ocsfEvents(1, 2), signal);
    await appendFile(path(), `{"metadata":{"sequence":3,"text":"${'x'.repeat(100_000)}`);
    await sinkWith().send(ocsfEvents(3, 4), signal);
    expect(await linesOf(path())).toEqual([1, 2, 3, 4]);
  });

  test('that is nothing but half a line begins anew', async () => {
    await appendFile(path(), '{"metadata"');
    await sinkWith().send(ocsfEvents(1, 1), signal);
    expect(await linesOf(path())).toEqual([1]);
  });

  test('is put aside when it is full, every event in exactly one file', async () => {
    const sink = sinkWith(2_000);
    for (let first = 1; first <= 20; first += 2) await sink.send(ocsfEvents(first, first + 1), signal);
    const files = (await readdir(dir)).filter(name => name !== 'ocsf.ndjson');
    expect(files.length).toBeGreaterThan(2);
    const rotated = await Promise.all(files.map(async name => linesOf(join(dir, name))));
    for (const [index, name] of files.entries()) {
      expect(Number(name.split('.').at(-1))).toBe(rotated[index]?.at(-1));
      expect((await stat(join(dir, name))).size).toBeLessThan(2 * 2_000);
    }
    const rest = await linesOf(path()).catch(() => []);
    const all = [...rotated.flat(), ...rest].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('that a batch ends a second time, after a crash, takes no other file’s place', async () => {
    await sinkWith(2_000).send(ocsfEvents(1, 10), signal);
    await sinkWith(2_000).send(ocsfEvents(7, 10), signal);
    expect((await readdir(dir)).toSorted()).toEqual(['ocsf.ndjson.10', 'ocsf.ndjson.10-1']);
    expect(await linesOf(join(dir, 'ocsf.ndjson.10'))).toHaveLength(10);
  });

  test('is one, whichever process writes the next batch', async () => {
    const [one, other] = [sinkWith(2_500), sinkWith(2_500)];
    for (let position = 1; position <= 12; position++)
      await (position % 2 === 0 ? one : other).send(ocsfEvents(position, position), signal);
    const files = await readdir(dir);
    const all = (await Promise.all(files.map(name => linesOf(join(dir, name))))).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    for (const name of files) {
      const lines = await linesOf(join(dir, name));
      expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    }
  });

  test('that cannot be written is reported as away', async () => {
    const sink = sinkWith(MEGABYTE, join(dir, 'missing', 'ocsf.ndjson'));
    expect(await rejectionCode(sink.send(ocsfEvents(1, 1), signal))).toBe('siem-unavailable');
    expect(await readdir(dir)).toEqual([]);
  });
});
