import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ingestAnswer, problemAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import { snapshot } from '../support/service-snapshot.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { refusal, SECRET } from './bad-input.ts';

const place = { region: 'eu-central' };
const CELL = { region: 'eu-central', tenancy: 'shared', stores: { log: place, keys: place, exports: place } };
const service = useService({ database: 'shared', env: { LETHE_PROFILE: JSON.stringify(CELL) } });

const clauseAnswer = z.looseObject({
  id: z.string(),
  number: z.int(),
  status: z.enum(['holds', 'broken', 'no-evidence']),
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  position: z.int(),
});
const promisesAnswer = z.looseObject({ position: z.int(), clauses: z.array(clauseAnswer) });

let tenant: TestTenant;
beforeAll(async () => {
  const subprocessors = [{ name: 'Example Hosting', region: 'eu-central' }];
  tenant = await registerTenant(service(), { pack: 'neurasea', subprocessors });
});

async function clause(number: number, of = tenant) {
  const answer = await of.auditor.get(of.path('/promises?all=true'));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(promisesAnswer).clauses.find(found => found.number === number);
}

const disclosure = {
  ...{ recipient: 'Example Hosting', kind: 'third-party', ground: 'service-selected-by-customer' },
  categories: ['usage'],
};

describe('the promises of a tenant', () => {
  it.each(['admin', 'dpo', 'auditor'] as const)('are told to the %s, for the pack alone', async who => {
    const answer = await tenant[who].get(tenant.path('/promises'));
    expect(answer.status, answer.text).toBe(200);
    const { clauses, position } = answer.as(promisesAnswer);
    expect(clauses.map(({ number }) => number)).toEqual([14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(clauses.every(found => found.position === position)).toBe(true);
  });

  it('are all told on demand', async () => {
    const answer = await service().operator.get(tenant.path('/promises?all=true'));
    expect(answer.as(promisesAnswer).clauses).toHaveLength(49);
  });

  it('rest on the deployment that the tenant was registered in', async () => {
    expect(await clause(14)).toMatchObject({ status: 'holds', numbers: { tenancy: 'shared', outOfCell: 0 } });
    expect(await clause(5)).toMatchObject({
      status: 'holds',
      numbers: { cell: 'eu-central', exports: 'eu-central' },
    });
  });

  it('count a card number that was refused, and nothing of it is kept', async () => {
    const refused = await tenant.tryReport(upload('4111111111111111', { subject: 'ada' }));
    expect(refused.as(problemAnswer).code).toBe('card-number-refused');
    expect(await clause(32)).toMatchObject({ status: 'holds', numbers: { found: 0, refused: 1 } });
    expect(await clause(32)).toMatchObject({ numbers: { refused: 1 } });
  });

  it('ask for an attestation where there are no services for minors', async () => {
    const refused = await tenant.tryReport(cloudEvent('account.registered', { data: { subject: 'ada' } }));
    expect([refused.status, refused.as(problemAnswer).code]).toEqual([422, 'attestation-missing']);
    await tenant.report(cloudEvent('account.registered', { data: { subject: 'ada', attestation: 'adult' } }));
    expect(await clause(23)).toMatchObject({ status: 'holds', numbers: { adult: 1, withoutAttestation: 0 } });
  });

  it('tell a read across sessions from one within', async () => {
    const session = 'session-of-ada';
    const made = upload('in-session', { subject: 'ada', content: 'a picture', session });
    await tenant.report(made);
    expect((await tenant.tryReport(made)).as(ingestAnswer)).toMatchObject({ accepted: 0, duplicates: 1 });
    const look = (with_: string) =>
      cloudEvent('asset.viewed', { subject: 'in-session', data: { purpose: 'serving', session: with_ } });
    await tenant.report(look(session));
    expect(await clause(26)).toMatchObject({ status: 'holds', numbers: { readsAcrossSessions: 0 } });
    await tenant.report(look('another session'));
    expect(await clause(26)).toMatchObject({ status: 'broken', numbers: { readsAcrossSessions: 1 } });
    expect(await clause(6)).toMatchObject({ status: 'holds', numbers: { withSession: 1 } });
  });
});

describe('terms', () => {
  const propose = async (who: Caller) => {
    const answer = await who.post(tenant.path('/terms'), { contract: 'msa/7' });
    expect(answer.status, answer.text).toBe(201);
    return answer.as(z.looseObject({ id: z.uuid() })).id;
  };

  it('take two people', async () => {
    const approve = (who: Caller, id: string) => who.post(tenant.path(`/terms/${id}/approve`), {});
    const id = await propose(tenant.admin);
    const before = await snapshot(service());
    const own = await approve(tenant.admin, id);
    expect(own.as(problemAnswer).code).toBe('own-approval');
    expect(await snapshot(service())).toEqual(before);
    expect(await clause(12)).toMatchObject({ status: 'no-evidence' });

    expect((await approve(tenant.dpo, id)).status).toBe(200);
    expect((await approve(tenant.dpo, id)).status).toBe(200);
    expect(await clause(12)).toMatchObject({ status: 'holds', numbers: { negotiated: 1, bySelf: 0 } });
    const listed = await tenant.auditor.get(tenant.path('/terms'));
    expect(
      listed.as(z.looseObject({ items: z.array(z.looseObject({ contract: z.string() })) })).items,
    ).toHaveLength(1);
  });
});

describe('disclosures', () => {
  const made = z.looseObject({
    redacted: z.boolean(),
    subprocessors: z.array(z.looseObject({ name: z.string().optional() })).optional(),
    models: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  });

  it('leave without names for want of an NDA, and are on record either way', async () => {
    const list = {
      ...disclosure,
      recipient: 'Example Customer',
      kind: 'sub-processors',
      ground: 'agreed-in-writing',
    };
    const bare = (await tenant.dpo.post(tenant.path('/disclosures'), list)).as(made);
    expect(bare).toMatchObject({ redacted: true, subprocessors: [{ region: 'eu-central' }] });
    expect(bare.subprocessors?.[0]?.name).toBeUndefined();
    const full = (await tenant.dpo.post(tenant.path('/disclosures'), { ...list, nda: 'nda/4' })).as(made);
    expect(full).toMatchObject({ redacted: false, subprocessors: [{ name: 'Example Hosting' }] });
    const models = { ...list, kind: 'models' };
    await tenant.report(
      cloudEvent('generation.completed', {
        subject: 'by-a-model',
        data: { subject: 'ada', model: 'example/large:1', modelRegion: 'eu-west-1', output: 'an answer' },
      }),
    );
    expect((await tenant.dpo.post(tenant.path('/disclosures'), models)).as(made)).toMatchObject({
      redacted: true,
      models: [{ region: 'eu-west-1' }],
    });
    expect(
      (await tenant.dpo.post(tenant.path('/disclosures'), { ...models, nda: 'nda/4' })).as(made).models,
    ).toEqual([{ name: 'example/large:1', region: 'eu-west-1' }]);
    expect(await clause(13)).toMatchObject({
      status: 'holds',
      numbers: { lists: 4, redacted: 2, models: 1, unannounced: 1 },
    });
  });

  it('stand in the register, newest first, page by page', async () => {
    await tenant.dpo.post(tenant.path('/disclosures'), disclosure);
    const page = z.looseObject({
      items: z.array(z.looseObject({ kind: z.string(), ground: z.string() })),
      next: z.string().optional(),
    });
    const first = (await tenant.auditor.get(tenant.path('/disclosures?limit=1'))).as(page);
    expect(first.items).toMatchObject([{ kind: 'third-party', ground: 'service-selected-by-customer' }]);
    const rest = (await tenant.auditor.get(tenant.path(`/disclosures?cursor=${first.next ?? ''}`))).as(page);
    expect(rest.items.map(({ kind }) => kind)).toEqual([
      ...['models', 'models', 'sub-processors', 'sub-processors'],
    ]);
  });

  it('of a sub-processor that was announced are no longer shown as missing', async () => {
    const path = tenant.path('/subprocessors');
    const shown = z.looseObject({ unannounced: z.array(z.unknown()), changes: z.array(z.unknown()) });
    expect((await tenant.dpo.get(path)).as(shown).unannounced).toHaveLength(1);
    const change = { name: 'Example Hosting', change: 'added', effective: '2026-01-01T00:00:00Z' };
    expect((await tenant.dpo.post(path, change)).status).toBe(201);
    const after = (await tenant.dpo.get(path)).as(shown);
    expect([after.unannounced.length, after.changes.length]).toEqual([0, 1]);
  });
});

describe('a refusal', () => {
  const send = (path: string, body: unknown) => tenant.dpo.post(tenant.path(path), body);
  const nobody = '00000000-0000-4000-8000-000000000000';
  it.each([
    refusal('a tenant of a region that the cell does not serve', [422, 'region-not-served'], () =>
      service().operator.post('/v1/tenants', { name: SECRET, region: 'us-east' }),
    ),
    refusal('a recipient that the policy does not name', [422, 'recipient-not-configured'], () =>
      send('/disclosures', { ...disclosure, recipient: SECRET }),
    ),
    refusal('a demand of the law without authority', [422, 'authority-missing'], () =>
      send('/disclosures', { ...disclosure, ground: 'required-by-law' }),
    ),
    refusal('analytics over few people', [422, 'cohort-too-small'], () =>
      send('/disclosures', { ...disclosure, kind: 'analytics', cohort: 3 }),
    ),
    refusal('a ground that is not one of the five', [400, 'invalid-request'], () =>
      send('/disclosures', { ...disclosure, ground: SECRET }),
    ),
    refusal('a person as recipient', [400, 'invalid-request'], () =>
      send('/disclosures', { ...disclosure, recipient: `${SECRET}@example.com` }),
    ),
    refusal('a change that is none', [400, 'invalid-request'], () =>
      send('/subprocessors', { name: 'Example', change: SECRET, effective: '2026-01-01T00:00:00Z' }),
    ),
    refusal('terms without a contract', [400, 'invalid-request'], () => send('/terms', {})),
    refusal('terms that nobody proposed', [404, 'terms-not-found'], () =>
      send(`/terms/${nobody}/approve`, {}),
    ),
    refusal('a query that there is not', [400, 'invalid-request'], () =>
      tenant.dpo.get(tenant.path(`/promises?pack=${SECRET}`)),
    ),
    refusal('a cursor of another list', [400, 'cursor-invalid'], () =>
      tenant.dpo.get(tenant.path(`/disclosures?cursor=${SECRET}`)),
    ),
    ...['/promises', '/disclosures', '/subprocessors', '/terms'].map(path =>
      refusal(`the role ingest at ${path}`, [403, 'forbidden'], () => tenant.ingest.get(tenant.path(path))),
    ),
    refusal('an auditor who discloses', [403, 'forbidden'], () =>
      tenant.auditor.post(tenant.path('/disclosures'), disclosure),
    ),
    refusal('an auditor who lists tenants', [403, 'forbidden'], () => tenant.auditor.get('/v1/tenants')),
    refusal("another tenant's promises", [404, 'tenant-not-found'], () =>
      tenant.dpo.get(`/v1/tenants/${nobody}/promises`),
    ),
  ])('of $title says so and changes nothing', async ({ send: ask, status, code }) => {
    const before = await snapshot(service());
    const answer = await ask();
    expect([answer.status, answer.as(problemAnswer).code], answer.text).toEqual([status, code]);
    expect(answer.text).not.toContain(SECRET);
    expect(await snapshot(service())).toEqual(before);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => service().command('promises', ...args, '--url', service().address);

  it('prints a table, and says by its exit code that a clause is broken', async () => {
    const kept = await run(tenant.id);
    expect(kept.code, kept.output).toBe(0);
    expect(kept.output).toMatch(/S-14\s.*holds/);
    const all = await run(tenant.id, '--all');
    expect(all.code).toBe(2);
    expect(all.output).toMatch(/D-26\s.*broken/);
  });

  it('prints JSON, for every tenant where none is named', async () => {
    const { output, code } = await run('--json');
    expect(code, output).toBe(0);
    const lines = output
      .trim()
      .split('\n')
      .map(line => promisesAnswer.extend({ tenant: z.string() }).parse(JSON.parse(line)));
    expect(lines.map(line => line.tenant)).toEqual([tenant.id]);
  });

  it('passes on why the service refuses', async () => {
    const { output, code } = await run('00000000-0000-4000-8000-000000000000');
    expect([code, output]).toEqual([1, expect.stringMatching(/^tenant-not-found: /)]);
  });
});
