import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { UrgentSignal } from '../../src/application/abuse/case-opener.ts';
import { createCaseOpener } from '../../src/application/cases/case-opener.ts';
import { createHolds } from '../../src/application/holds.ts';
import { createPreservation } from '../../src/application/preservation.ts';
import { createRecorder } from '../../src/application/recorder.ts';
import { createTenants } from '../../src/application/tenants.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { fileOf, investigatorsOf } from '../support/service-cases.ts';
import { withServiceLog } from '../support/service-event-log.ts';
import { loggedEvents } from '../support/service-events.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { withVault } from '../support/service-vault.ts';
import { useService } from '../support/service.ts';

const SOON = { timeout: 20_000, interval: 50 };
const service = useService({ database: 'shared' });
const clock = { now: () => new Date() };

/** What the rules' worker does, in a process of its own beside the service. */
const openFor = (tenant: TestTenant, urgent: UrgentSignal): Promise<{ readonly case: string }> =>
  withServiceLog(service(), log =>
    withVault(service(), async (vault, writer) => {
      const surroundings = { clock, random: { uuid: randomUUID, uuidv7 } };
      const recorder = createRecorder(log, surroundings);
      const tenants = createTenants({ ...surroundings, log, recorder, vault });
      const base = { ...surroundings, log, recorder, tenants, keys: createPostgresKeyStore({ writer }) };
      const holds = createHolds({ ...base, preservation: createPreservation(base) });
      return createCaseOpener({ ...base, holds }).openFor(tenant.id, urgent);
    }),
  );

const heldAnswer = z.looseObject({
  items: z.array(z.looseObject({ hold: z.string(), state: z.string(), scope: z.unknown() })),
});

it('a signal shortly before the erasure opens a case and preserves just its assets, once', async () => {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  const { one } = await investigatorsOf(service(), tenant);
  const made = (asset: string) => upload(asset, { subject: 'ada', content: asset });
  await tenant.report(made('named'), made('erased'), made('neighbour'));
  const remove = (asset: string) => tenant.admin.delete(tenant.path(`/assets/${asset}`));
  const isErased = (asset: string) =>
    vi.waitFor(async () => {
      const erasures = await loggedEvents(service(), tenant.id, 'asset.erased');
      expect(erasures.map(event => event.asset)).toContain(asset);
    }, SOON);
  await remove('erased');
  await isErased('erased');

  const [event] = await loggedEvents(service(), tenant.id, 'upload.received');
  const now = new Date().toISOString();
  const urgent: UrgentSignal = {
    signal: {
      ...{ signal: randomUUID(), subject: event?.subject ?? '', version: 0, score: 2 },
      ...{ window: { from: now, to: now }, reasons: { uploads: 3 } },
      rule: 'velocity',
      severity: 'high',
      assets: ['named', 'erased'],
    },
    eraseAt: new Date(),
  };
  const { case: id } = await openFor(tenant, urgent);
  expect(await openFor(tenant, urgent)).toEqual({ case: id });

  const file = await fileOf(tenant, one, id);
  expect(file).toMatchObject({
    priority: 'urgent',
    origin: 'deadline',
    links: { subjects: [urgent.signal.subject] },
  });
  expect(file.links.assets).toMatchObject([{ asset: 'named' }]);
  const held = (await tenant.dpo.get(tenant.path('/holds'))).as(heldAnswer).items;
  expect(held).toMatchObject([{ state: 'requested', scope: { assets: ['named'], case: id } }]);

  await Promise.all([remove('named'), remove('neighbour')]);
  await isErased('neighbour');
  const approved = await one.send('POST', tenant.path(`/holds/${held[0]?.hold ?? ''}/approve`));
  expect(approved.status, approved.text).toBe(200);
  expect((await fileOf(tenant, one, id)).links.assets).toMatchObject([{ asset: 'named', status: 'hidden' }]);
});
