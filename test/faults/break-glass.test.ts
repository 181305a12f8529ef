import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import {
  askForAccess,
  investigatorsOf,
  openCase,
  revealAnswer,
  type Asked,
} from '../support/service-cases.ts';
import { endEmbedded } from '../support/service-database.ts';
import type { Caller } from '../support/service-http.ts';
import { loggedEvents, withDatabase } from '../support/service-events.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { dropBarrier, raiseBarrier, type Stage } from './barrier.ts';

const PLANTED = 'a lighthouse that nobody may see';
const SOON = { timeout: 20_000, interval: 50 };
const service = useService({ database: 'embedded' });
const opening: Stage = {
  name: 'the event access.revealed',
  table: 'log.events',
  event: 'insert',
  when: `new.type = 'access.revealed'`,
};

interface Scene {
  readonly tenant: TestTenant;
  readonly reader: Caller;
  readonly key: string;
  readonly access: Asked;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

beforeAll(async () => {
  const tenant = await registerTenant(service());
  const { other } = await investigatorsOf(service(), tenant);
  const key = await tenant.key('investigator');
  const reader = service().callerWith(key);
  await tenant.report(upload('suspect', { subject: 'ada', content: PLANTED }));
  const id = await openCase(tenant, reader, { assets: ['suspect'] });
  const access = await askForAccess(tenant, reader, id, { asset: 'suspect' });
  expect((await access.approve(other)).status).toBe(200);
  scene = { tenant, reader, key, access };
});

const reveals = async (): Promise<number> =>
  (await loggedEvents(service(), at().tenant.id, 'access.revealed')).length;

/** A request whose caller hangs up whenever it likes. */
function hangingReveal() {
  const { tenant, access, key } = at();
  const path = tenant.path(`/cases/${access.case}/access-requests/${access.request}/reveal`);
  const sent = httpRequest(`${service().address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  const received: Buffer[] = [];
  sent.on('error', () => undefined);
  sent.on('response', response => response.on('data', (chunk: Buffer) => received.push(chunk)));
  sent.end();
  return { sent, received };
}

describe('an opening', () => {
  it('is in the log before anything leaves, and stays there though its caller hangs up', async () => {
    const before = await reveals();
    const { reached } = await raiseBarrier(service(), opening);
    const { sent, received } = hangingReveal();
    await reached();
    expect(received).toEqual([]);
    expect(await reveals()).toBe(before);
    sent.destroy();
    await withDatabase(service(), async client => {
      await client.query(
        `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 42 and granted`,
      );
    });
    await vi.waitFor(async () => expect(await reveals()).toBe(before + 1), SOON);
    await dropBarrier(service(), opening);
    expect(received).toEqual([]);
  });

  it('whose answer is cut off half-way is on record all the same', async () => {
    const before = await reveals();
    const { sent } = hangingReveal();
    await once(sent, 'response');
    sent.destroy();
    expect(await reveals()).toBe(before + 1);
  });
});

describe('nothing opens', () => {
  it('while the log refuses the record, and opens again once it takes it', async () => {
    const before = await reveals();
    const grant = (how: string) =>
      withDatabase(service(), client =>
        client.query(`${how} insert on log.events ${how === 'grant' ? 'to' : 'from'} lethe_writer`),
      );
    await grant('revoke');
    const answer = await at()
      .access.reveal(at().reader)
      .finally(() => grant('grant'));
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).not.toContain(PLANTED);
    expect(await reveals()).toBe(before);
    const again = await at().access.reveal(at().reader);
    expect(again.as(revealAnswer).events).toHaveLength(1);
    expect(await reveals()).toBe(before + 1);
  });

  it('while the database is gone, and what was recorded before is still there after', async () => {
    const before = await reveals();
    // A first opening caches every key: that must not be enough for a second.
    expect((await at().access.reveal(at().reader)).status).toBe(200);
    await endEmbedded(service().dataDir, 'SIGKILL');
    const answer = await at().access.reveal(at().reader);
    // Whichever read or write meets the loss first.
    expect(answer.as(problemAnswer)).toMatchObject({ status: 503, code: 'log-unavailable' });
    expect(answer.text).not.toContain(PLANTED);
    await service().stop();
    await service().start();
    expect(await reveals()).toBe(before + 1);
  });
});
