import { expect, it, vi } from 'vitest';
import { isFoundIn, plant, walkWith } from '../support/planted-walk.ts';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared', env: { LETHE_LOG_LEVEL: 'trace', LETHE_EPOCH: 'PT1S' } });
const planted = plant();

/** What PostgreSQL says about a row, wherever it can: as a constraint's error does in its own words. */
const failing = (table: string): string => `
  create function public.fail() returns trigger language plpgsql as $$
  begin
    raise exception 'Key (${planted.word}) exists' using
      detail = 'Failing row contains (${planted.word})', hint = '${planted.word}', errcode = '23505', constraint = 'planted';
  end $$;
  create trigger fail before insert on ${table} for each row execute function public.fail();`;

it('a whole walk at trace level leaves nothing personal in the log, of what is taken or of what is refused', async () => {
  await walkWith(planted, service());
  const output = await service().output();
  // Every request left its line, so that there was something to look through.
  expect(output).toContain('"route":"/v1/tenants/:tenant/events","status":200');
  expect(output).toContain('"route":"/v1/tenants/:tenant/events","status":400');
  expect(isFoundIn(output, planted)).toEqual([]);
});

it('an error of the database is logged with its code and constraint, and without what it quotes', async () => {
  const tenant = await registerTenant(service());
  await query(service(), failing('log.events'));
  try {
    const answer = await tenant.tryReport(upload('asset', { subject: 'user', content: 'a text' }));
    expect(answer.status).toBe(500);
    expect(isFoundIn(answer.text, planted)).toEqual([]);
  } finally {
    await query(service(), 'drop trigger fail on log.events; drop function public.fail()');
  }
  await vi.waitFor(async () => expect(await service().output()).toContain('"constraint":"planted"'), 10_000);
  expect(isFoundIn((await service().output()).replaceAll('"planted"', ''), planted)).toEqual([]);
});
