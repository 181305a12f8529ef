import { randomInt } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { auditEntryAnswer, contentAnswer } from '../support/service-answers.ts';
import { registerTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { polling, startReader, subscribing } from './readers.ts';
import { contentOf, startWriters, type Writers } from './writers.ts';

const KILLS = 20;
const WRITERS = 100;
/** The database is killed too, every so many times. */
const WITH_DATABASE = 4;
const PATIENCE = { timeout: 30_000, interval: 5 };

const service = useService({ database: 'embedded' });

describe(`a service that is killed ${KILLS} times under ${WRITERS} writers and three readers`, () => {
  it('loses nothing that it acknowledged, doubles nothing, and skips no position', async () => {
    const tenant = await registerTenant(service());
    const readers = [polling, polling, subscribing].map(follow => startReader(service(), follow));
    const writers = startWriters(tenant, WRITERS);
    for (let kill = 1; kill <= KILLS; kill++) {
      await someMore(writers);
      if (kill % WITH_DATABASE === 0) await service().killWithDatabase();
      else await service().kill();
      await service().start();
    }
    await writers.finish();

    const { acknowledged } = writers;
    const head = Math.max(...acknowledged.map(({ position }) => position));
    for (const reader of readers) {
      await reader.finishAt(head);
      const { seen } = reader;
      expect(seen.map(({ position }) => position)).toEqual(seen.map((_, index) => index + 1));
      const uploads = seen.filter(({ type }) => type === 'upload.received');
      expect(uploads.map(({ sourceId }) => sourceId).sort()).toEqual(acknowledged.map(({ id }) => id).sort());
      const at = new Map(uploads.map(({ sourceId, position }) => [sourceId, position]));
      expect(acknowledged.filter(({ id, position }) => at.get(id) !== position)).toEqual([]);
    }

    const trail = await tenant.auditor.get(tenant.path('/audit?action=upload.received'), {
      accept: 'application/x-ndjson',
      'lethe-min-position': `${head}`,
    });
    const audited = trail.lines(auditEntryAnswer).map(({ position }) => position);
    expect(audited).toEqual(acknowledged.map(({ position }) => position).sort((one, other) => one - other));

    for (const { id } of sampleOf(acknowledged, 50)) {
      const content = await tenant.admin.get(tenant.path(`/assets/${id}/content`));
      expect(content.as(contentAnswer).contents).toMatchObject([{ content: { content: contentOf(id) } }]);
    }
  }, 300_000);
});

/** Some random number of acknowledgements more: the moment of the next kill. */
function someMore({ acknowledged }: Writers): Promise<void> {
  const enough = acknowledged.length + randomInt(1, 400);
  return vi.waitFor(() => {
    if (acknowledged.length < enough) throw new Error('the writers get no acknowledgements');
  }, PATIENCE);
}

const sampleOf = <T>(all: readonly T[], size: number): T[] =>
  Array.from({ length: size }, () => all[randomInt(all.length)]).filter(one => one !== undefined);
