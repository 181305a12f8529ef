import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importFile, type ImportOptions } from '../../../src/cli/import/import-file.ts';
import { readOperatorKey, summaryTable } from '../../../src/cli/import/command.ts';
import { simulateTraffic } from '../../../src/cli/simulate/traffic.ts';
import { checkIncoming } from '../../../src/domain/events/incoming.ts';
import { reply, startReceiver, type Mishap, type Receiver } from './receiver.ts';

let dir: string;
let receiver: Receiver;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-import-'));
});
afterEach(async () => {
  await receiver.close();
  await rm(dir, { recursive: true });
});

const prompts = (count: number): string =>
  Array.from({ length: count }, (_, n) => `prompt ${n + 1}\n`).join('');

async function setUp(content: string, mishap?: Mishap): Promise<ImportOptions> {
  receiver = await startReceiver(mishap);
  const file = join(dir, 'prompts.txt');
  await writeFile(file, content);
  return {
    file,
    url: receiver.url,
    tenant: 'tenant-1',
    key: 'key-1',
    format: 'auto',
    concurrency: undefined,
    columns: {},
    modality: 'image',
    model: 'example/pictor:3',
    time: undefined,
    subjects: 3,
  };
}

describe('importing prompts', () => {
  it('reports each as a generation, requested and completed, that the service takes', async () => {
    const options = await setUp(prompts(5));
    expect(await importFile(options)).toMatchObject({
      format: 'lines',
      accepted: 10,
      duplicates: 0,
      position: 10,
    });
    const events = [...receiver.stored.values()];
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual([
      'generation.requested',
      'generation.completed',
    ]);
    for (const event of events)
      expect(checkIncoming(event, 'tenant-1', new Date())).toHaveProperty('incoming');
    expect(events.flatMap(({ data }) => data.prompt ?? [])).toEqual([1, 2, 3, 4, 5].map(n => `prompt ${n}`));
    expect(new Set(events.map(({ data }) => data.subject)).size).toBe(3);
  });

  it('sends batches of at most 1,000 events under the key given, the events of a prompt together', async () => {
    const options = await setUp(prompts(1_250));
    await importFile(options);
    expect(receiver.requests.map(({ events }) => events).sort()).toEqual([1_000, 1_000, 500]);
    expect(receiver.requests.every(({ events }) => events % 2 === 0)).toBe(true);
    expect(new Set(receiver.requests.map(({ key, path }) => `${key} ${path}`))).toEqual(
      new Set(['Bearer key-1 /v1/tenants/tenant-1/events']),
    );
  });

  it('stores nothing new the second time, under whatever name the file has', async () => {
    const options = await setUp(prompts(30));
    await importFile(options);
    const copy = join(dir, 'copy');
    await writeFile(copy, prompts(30));
    expect(await importFile({ ...options, file: copy })).toMatchObject({ accepted: 0, duplicates: 60 });
    expect(receiver.stored.size).toBe(60);
  });

  it('stores what is missing when it is run again after an interruption', async () => {
    let isDown = false;
    const options = await setUp(prompts(2_000), (_, response) => {
      if (!isDown) return false;
      reply(response, 401, { code: 'credential-revoked', detail: 'revoked' });
      return true;
    });
    const interrupted = importFile({ ...options, concurrency: 1 }, () => (isDown = true));
    await expect(interrupted).rejects.toMatchObject({ code: 'import-refused' });
    expect(receiver.stored.size).toBe(1_000);
    isDown = false;
    expect(await importFile(options)).toMatchObject({ accepted: 3_000, duplicates: 1_000 });
    expect(receiver.stored.size).toBe(4_000);
  });

  it('ends at once on an empty file', async () => {
    const options = await setUp('\n\n');
    expect(await importFile(options)).toMatchObject({ accepted: 0, duplicates: 0 });
    expect(receiver.requests).toEqual([]);
  });

  it('tells how far it is in bytes of the file', async () => {
    const content = prompts(3_000);
    const options = await setUp(content);
    const seen: number[] = [];
    await importFile(options, bytes => seen.push(bytes));
    expect(seen.at(-1)).toBe(Buffer.byteLength(content));
  });
});

describe('what may pass', () => {
  it.each([503, 429])('is tried again after %i with the same ids, as Retry-After says', async status => {
    const options = await setUp(prompts(10), ({ attempt }, response) => {
      if (attempt > 2) return false;
      reply(response, status, { code: 'kms-unavailable', detail: 'later' }, { 'retry-after': '0' });
      return true;
    });
    expect(await importFile(options)).toMatchObject({ accepted: 20, duplicates: 0, retries: 2 });
    expect(receiver.stored.size).toBe(20);
  });

  it('includes a connection lost before the answer: stored once, acknowledged as duplicates', async () => {
    const stored: string[] = [];
    const options = await setUp(prompts(10), ({ attempt, events }, response) => {
      if (attempt > 1) return false;
      stored.push(...events.map(({ id }) => id));
      response.socket?.destroy();
      return true;
    });
    expect(await importFile(options)).toMatchObject({ accepted: 20, retries: 1 });
    expect([...receiver.stored.keys()]).toEqual(stored);
  });
});

describe('what is refused', () => {
  const fault = { code: 'invalid-event', field: 'data.prompt', message: 'too long' };

  it('names the lines of the file, not of the request, and sends nothing more', async () => {
    const options = await setUp(`\n${prompts(1_600)}`, ({ attempt }, response) => {
      if (attempt < 2) return false;
      const errors = [
        { index: 4, ...fault },
        { line: 8, ...fault },
      ];
      reply(response, 400, { code: 'invalid-event', detail: 'bad', errors });
      return true;
    });
    const failed = importFile({ ...options, concurrency: 1 });
    await expect(failed).rejects.toMatchObject({
      code: 'import-refused',
      details: { status: 400, code: 'invalid-event' },
      faults: [
        { line: 504, ...fault },
        { line: 505, ...fault },
      ],
    });
    await expect(failed).rejects.toThrow('line 504: invalid-event (data.prompt): too long');
    expect(receiver.requests.length).toBe(2);
    expect(receiver.stored.size).toBe(1_000);
  });

  it('is told apart from an answer that is no problem document', async () => {
    const options = await setUp(prompts(1), (_, response) => {
      response.writeHead(418).end('<html>');
      return true;
    });
    await expect(importFile(options)).rejects.toMatchObject({
      code: 'import-refused',
      details: { status: 418 },
    });
    expect(receiver.stored.size).toBe(0);
  });
});

describe('importing CloudEvents', () => {
  it('sends them as they are, in order, one request at a time', async () => {
    const start = new Date('2026-02-02T00:00:00Z');
    const traffic = [...simulateTraffic({ seed: 1, tenant: 0, start, days: 5, users: 100, rate: 5 })];
    const lines = traffic.map(event => JSON.stringify(event));
    const options = await setUp(`\uFEFF${lines.join('\r\n')}`);
    const file = join(dir, 'traffic.ndjson');
    await writeFile(file, `\uFEFF${lines.join('\r\n')}`);
    expect(await importFile({ ...options, file })).toMatchObject({
      format: 'cloudevents',
      accepted: traffic.length,
    });
    expect([...receiver.stored.values()]).toEqual(
      traffic.map(event => JSON.parse(JSON.stringify(event)) as object),
    );
  });
});

describe('the command', () => {
  it('shows what was accepted, what was there already and how fast it went', async () => {
    const options = await setUp(prompts(3));
    const table = summaryTable({ ...(await importFile(options)), milliseconds: 500 });
    expect(table).toContain('accepted');
    expect(table).toMatch(/│ +6 │ +0 │ +0 │ +6 │ +0\.5 │ +12 │/);
  });

  it('reads the operator key that the first start wrote, or says which option to use', async () => {
    await setUp('');
    await expect(readOperatorKey(dir)).rejects.toMatchObject({ code: 'operator-key-missing' });
    await writeFile(join(dir, 'operator.key'), 'lethe_a_b\n');
    expect(await readOperatorKey(dir)).toBe('lethe_a_b');
  });
});
