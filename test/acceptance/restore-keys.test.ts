import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejectionCode } from '../support/code-of.ts';
import { epochsOf, query } from '../support/service-epochs.ts';
import { openForSafety } from '../support/service-safety.ts';
import { upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { contentOf, live } from './restored.ts';

describe('key rows of a backup under a log that is whole', () => {
  let service: TestService;
  let tenant: TestTenant;
  const TABLES = ['data_keys', 'epochs', 'roots', 'subjects', 'fence'];

  beforeAll(async () => {
    service = await createService({ database: 'shared', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
    ({ tenant } = await live(service, async () => {
      await query(service, 'create schema backup');
      for (const table of TABLES) await query(service, `create table backup.${table} as table keys.${table}`);
    }));
    for (const table of TABLES) {
      await query(service, `delete from keys.${table}`);
      await query(service, `insert into keys.${table} select * from backup.${table}`);
    }
    expect(await rejectionCode(openForSafety(service, tenant.id, 'kept'))).toBe('kms-key-destroyed');
  }, 120_000);
  afterAll(() => service.destroy());

  it('are fenced from the log, and get their survivors back, before anything opens', async () => {
    await service.start();
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'content of kept' });
    expect(await contentOf(tenant, 'gone')).toBe(410);
    expect(await openForSafety(service, tenant.id, 'gone')).toEqual([{ content: 'erased' }]);
    const output = await service.output();
    expect(output).toContain('survivors have their keys back');
    expect(output).not.toContain('keys are gone');
  });

  it('go on: new assets are taken, and rolls beside the service and beside each other move them all', async () => {
    await tenant.report(upload('new', { subject: 'ada', content: 'content of new' }));
    const rolls = await Promise.all([service.command('roll', tenant.id), service.command('roll', tenant.id)]);
    expect(rolls).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const asset of ['kept', 'new'])
      expect(await contentOf(tenant, asset)).toEqual({ content: `content of ${asset}` });
    const states = (await epochsOf(service, tenant.id)).map(({ state, kms }) => `${state}, ${kms}`);
    expect(states.length).toBeGreaterThan(3);
    expect(new Set(states.slice(0, -1))).toEqual(new Set(['destroyed, destroyed']));
    expect(states.at(-1)).toBe('current, enabled');
  });
});
