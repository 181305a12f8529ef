import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { expect, it, vi } from 'vitest';
import { createCaseAccess, type CaseAccess } from '../../src/application/cases/access.ts';
import { createHolds, type Holds } from '../../src/application/holds.ts';
import { createPreservation } from '../../src/application/preservation.ts';
import { createRecorder } from '../../src/application/recorder.ts';
import { createTenants } from '../../src/application/tenants.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { problemAnswer } from '../support/service-answers.ts';
import { askForAccess, investigatorsOf, openCase, type Asked } from '../support/service-cases.ts';
import { withServiceLog } from '../support/service-event-log.ts';
import { loggedEvents } from '../support/service-events.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { withVault } from '../support/service-vault.ts';
import { useService } from '../support/service.ts';

const DAYS_40 = 40 * 86_400_000;
const HOURS_72 = 72 * 3_600_000;
const SOON = { timeout: 20_000, interval: 50 };
const service = useService({ database: 'shared' });

interface Steps {
  readonly access: CaseAccess;
  readonly holds: Holds;
}

/** What takes two people, in a process of its own beside the service, by another clock. */
const withClock = <T>(clock: Clock, work: (steps: Steps) => Promise<T>): Promise<T> =>
  withServiceLog(service(), log =>
    withVault(service(), (vault, writer) => {
      const surroundings = { clock, random: { uuid: randomUUID, uuidv7 } };
      const recorder = createRecorder(log, surroundings);
      const tenants = createTenants({ ...surroundings, log, recorder, vault });
      const base = { ...surroundings, log, recorder, tenants, keys: createPostgresKeyStore({ writer }) };
      return work({
        access: createCaseAccess({ ...base, evidence: vault, onUnrecorded: () => undefined }),
        holds: createHolds({ ...base, preservation: createPreservation(base) }),
      });
    }),
  );

/** The same by a clock that is off by so much. */
const withClockOff = <T>(byMs: number, work: (steps: Steps) => Promise<T>): Promise<T> =>
  withClock({ now: () => new Date(Date.now() + byMs) }, work);

interface Scene {
  readonly tenant: TestTenant;
  readonly asked: Asked;
  readonly staff: Awaited<ReturnType<typeof investigatorsOf>>;
  readonly asker: Actor;
}

async function given(duration: string): Promise<Scene> {
  const tenant = await registerTenant(service());
  const staff = await investigatorsOf(service(), tenant);
  await tenant.report(upload('suspect', { subject: 'ada', content: 'planted' }));
  const id = await openCase(tenant, staff.one, { assets: ['suspect'] });
  const asked = await askForAccess(tenant, staff.one, id, { asset: 'suspect', duration });
  const [request] = await loggedEvents(service(), tenant.id, 'access.requested');
  return { tenant, asked, staff, asker: request?.actor ?? expect.fail('nobody asked') };
}

it('a clock that jumps back does not bring an access back whose time is over', async () => {
  const { tenant, asked, staff, asker } = await given('PT1S');
  await asked.approve(staff.other);
  await vi.waitFor(async () => {
    expect((await asked.reveal(staff.one)).as(problemAnswer).code).toBe('access-expired');
  }, SOON);
  const reveals = async () => (await loggedEvents(service(), tenant.id, 'access.revealed')).length;
  const before = await reveals();
  await withClockOff(-DAYS_40, ({ access }) =>
    expect(access.reveal(tenant.id, asked.case, asked.request, asker)).rejects.toMatchObject({
      code: 'access-expired',
    }),
  );
  expect(await reveals()).toBe(before);
});

it('an opening is within the time of its grant, wherever in it that time ends', async () => {
  const { tenant, asked, staff, asker } = await given('PT10M');
  await asked.approve(staff.other);
  for (const readings of [0, 1, 2, 3, 4]) {
    let left = readings;
    const clock = { now: () => new Date(Date.now() + (left-- > 0 ? 0 : DAYS_40)) };
    // Whether it still opens is not the question here.
    await withClock(clock, ({ access }) =>
      access.reveal(tenant.id, asked.case, asked.request, asker).catch(() => undefined),
    );
  }
  const openings = await loggedEvents(service(), tenant.id, 'access.revealed');
  expect(openings).not.toEqual([]);
  for (const { time, data } of openings) {
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.parse(data.expiresAt));
  }
});

it('a clock that has jumped ahead grants no more time than was approved', async () => {
  const { tenant, asked } = await given('PT10M');
  const approver: Actor = { kind: 'staff', id: 'somebody-else', role: 'dpo' };
  await withClockOff(DAYS_40, ({ access }) => access.approve(tenant.id, asked.case, asked.request, approver));
  const [approval] = await loggedEvents(service(), tenant.id, 'access.approved');
  const expiresAt = Date.parse(approval?.data.expiresAt ?? '');
  expect(expiresAt).toBeGreaterThan(Date.now());
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + 10 * 60_000);
});

it.each([-DAYS_40, DAYS_40])(
  'a hold preserves for 72 hours from now, whatever clock it is asked by (%i ms)',
  async byMs => {
    const tenant = await registerTenant(service());
    await tenant.report(upload('kept', { subject: 'ada', content: 'planted' }));
    const terms = { kind: 'internal-investigation', authority: 'team/1', ground: 'abuse' } as const;
    const asker: Actor = { kind: 'staff', id: 'somebody', role: 'investigator' };
    const before = Date.now();
    const { preservesUntil } = await withClockOff(byMs, ({ holds }) =>
      holds.request(tenant.id, { ...terms, scope: { assets: ['kept'] } }, asker),
    );
    expect(preservesUntil.getTime()).toBeGreaterThanOrEqual(before + HOURS_72);
    expect(preservesUntil.getTime()).toBeLessThanOrEqual(Date.now() + HOURS_72);
  },
);
