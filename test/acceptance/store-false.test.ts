import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { contentAnswer, ingestAnswer, problemAnswer } from '../support/service-answers.ts';
import { logIsElsewhere, storedEvents } from '../support/service-event-log.ts';
import { needlesOf, searchEverywhere, searchFiles } from '../support/service-search.ts';
import {
  cloudEvent,
  generation,
  listed,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

/** Promise 47. Everything below that must leave no trace holds this word. */
const word = `Spurlos${randomBytes(6).toString('hex')}`;
const secrets = {
  content: `the content says ${word}`,
  fileName: `${word}.png`,
  device: `device ${word}`,
  session: `session ${word}`,
  ip: '203.0.113.219',
};
const needles = [word, secrets.ip].flatMap(needlesOf);
/** So much of the log that a slip of the service would show. */
const service = useService({ database: 'embedded', env: { LETHE_LOG_LEVEL: 'trace' } });

let registered: TestTenant | undefined;
const tenant = (): TestTenant => registered ?? expect.fail('no tenant was registered');
const unstored = (asset: string, fields: CloudEvent = {}): CloudEvent =>
  upload(asset, { subject: 'ada', store: false, ...secrets }, fields);

async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: await service().databaseUrl() });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** How many events of an asset there are, and how many of them carry anything sealed. */
async function stored(asset: string): Promise<{ events: number; sealed: number; keys: number }> {
  const stream = `asset/${asset}`;
  const events = (await storedEvents(service())).filter(event => event.stream === stream);
  const sealed = events.filter(event => event.sealed !== null || event.envelope.includes('"sealed"'));
  const keyed = 'select from keys.data_keys where scope = $1 and (safety is not null or serving is not null)';
  return { events: events.length, sealed: sealed.length, keys: (await query(keyed, [stream])).length };
}

describe('a call that asks not to be stored', () => {
  it('is on record without its payload', async () => {
    registered = await registerTenant(service());
    const position = await tenant().report(unstored('plain', { id: 'plain' }));
    expect(await stored('plain')).toEqual({ events: 1, sealed: 0, keys: 0 });
    expect(await listed(tenant(), tenant().admin, 'ada', '', position)).toEqual(['plain']);
    const content = await tenant().admin.get(tenant().path('/assets/plain/content'));
    expect(content.as(contentAnswer).contents).toEqual([]);
  });

  it('is a duplicate when it is repeated', async () => {
    const again = { ...unstored('plain'), id: 'plain' };
    expect((await tenant().tryReport(again)).as(ingestAnswer)).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await stored('plain')).toEqual({ events: 1, sealed: 0, keys: 0 });
  });

  it('leaves nothing when it is refused', async () => {
    const bad = unstored('refused', { time: 'yesterday' });
    expect((await tenant().tryReport(bad)).as(problemAnswer).code).toBe('time-invalid');
    const worse = upload('refused', { subject: 'ada', store: false, ...secrets, [word]: word });
    expect((await tenant().tryReport(worse)).as(problemAnswer).code).toBe('invalid-event');
    const torn = await tenant().ingest.send('POST', tenant().path('/events'), {
      body: JSON.stringify(unstored('refused')).slice(0, -3),
      type: 'application/json',
    });
    expect(torn.as(problemAnswer).code).toBe('malformed-json');
    expect(await stored('refused')).toEqual({ events: 0, sealed: 0, keys: 0 });
  });

  it('binds what comes later to the same asset, whatever that says', async () => {
    await tenant().report(
      unstored('bound'),
      generation('bound', { subject: 'ada', store: true, output: secrets.content }),
    );
    await tenant().report(
      generation('bound', { subject: 'ada', output: secrets.content, fileName: secrets.fileName }),
      cloudEvent('pii.flagged', {
        subject: 'bound',
        data: { spans: [{ field: 'content', start: 0, end: 4, category: word }] },
      }),
    );
    expect(await stored('bound')).toMatchObject({ sealed: 0, keys: 0 });
  });

  it('is kept out of an asset that is stored otherwise', async () => {
    await tenant().report(upload('mixed', { subject: 'ada', content: 'to be kept' }));
    await tenant().report(generation('mixed', { subject: 'ada', store: false, output: secrets.content }));
    const content = await tenant().admin.get(tenant().path('/assets/mixed/content'));
    expect(content.as(contentAnswer).contents).toMatchObject([{ content: { content: 'to be kept' } }]);
  });

  it('is the default of a tenant that says so, and a call may still ask to be stored', async () => {
    const shy = await registerTenant(service(), { storeDefault: false });
    await shy.report(upload('silent', { subject: 'ada', ...secrets }));
    await shy.report(upload('asked', { subject: 'ada', store: true, content: 'to be kept' }));
    expect(await stored('silent')).toEqual({ events: 1, sealed: 0, keys: 0 });
    const content = await shy.admin.get(shy.path('/assets/asked/content'));
    expect(content.as(contentAnswer).contents).toMatchObject([{ content: { content: 'to be kept' } }]);
  });

  // The lock is of the log in PostgreSQL; kill-before-append.test.ts holds the other one.
  it.skipIf(logIsElsewhere()).each([
    ['with the database left running', () => service().kill()],
    ['with the database', () => service().killWithDatabase()],
  ])('is stored once and without payload if the service is killed half-way, %s', async (how, kill) => {
    const event = unstored(`halfway-${how.length}`);
    const asset = `halfway-${how.length}`;
    const answer = await whileAppendsWait(async () => {
      const sent = tenant()
        .tryReport(event)
        .catch(() => 'no answer' as const);
      await appendIsWaiting();
      await kill();
      return sent;
    });
    expect(answer).toBe('no answer');
    await service().start();
    const { accepted, duplicates } = (await tenant().tryReport(event)).as(ingestAnswer);
    expect(accepted + duplicates).toBe(1);
    expect(await stored(asset)).toEqual({ events: 1, sealed: 0, keys: 0 });
  });

  it('has left no byte of its payload anywhere', async () => {
    expect(await searchEverywhere(service(), needles)).toEqual([]);
    expect(await service().stop()).toBe(0);
    expect(await searchFiles(service().dataDir, needles)).toEqual([]);
  });
});

/** The lock that every append takes. */
const APPEND_LOCK = 7070002;

/** Holds the log's lock meanwhile, so that whatever is sent gets stuck between its key and its event. */
async function whileAppendsWait<T>(during: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: await service().databaseUrl() });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [APPEND_LOCK]);
    return await during();
  } finally {
    await client.end().catch(() => undefined);
  }
}

const appendIsWaiting = (): Promise<void> =>
  vi.waitFor(
    async () => {
      const waiting = await query('select from pg_locks where objid = $1 and not granted', [APPEND_LOCK]);
      if (waiting.length === 0) throw new Error('no append is waiting');
    },
    { timeout: 10_000, interval: 20 },
  );
