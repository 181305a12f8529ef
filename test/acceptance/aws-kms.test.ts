import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { offboardingAnswer } from '../support/offboarding.ts';
import {
  certificateAnswer,
  contentAnswer,
  deletionAnswer,
  requestAnswer,
} from '../support/service-answers.ts';
import { useServiceOnFake } from '../support/service-aws.ts';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const DAY_MS = 86_400_000;

const aws = useServiceOnFake({
  LETHE_EPOCH: 'PT2S',
  LETHE_KEY_CACHE: 'PT0.2S',
  AWS_KMS_ROOT_CACHE: 'PT0.2S',
});

interface EpochRow {
  epoch: number;
  state: string;
  kms_key_id: string;
}
const epochsOf = (tenant: string): Promise<EpochRow[]> =>
  query<EpochRow>(
    aws().service,
    'select epoch, state, kms_key_id from keys.epochs where tenant = $1 order by epoch',
    [tenant],
  );

const contentOf = async (tenant: TestTenant, asset: string): Promise<unknown> => {
  const answer = await tenant.admin.get(tenant.path(`/assets/${asset}/content`));
  return answer.status === 200 ? answer.as(contentAnswer).contents[0]?.content : answer.status;
};

const erase = async (tenant: TestTenant, asset: string): Promise<string> => {
  const order = { subject: 'ada', asset };
  const asked = await tenant.admin.post(tenant.path('/deletion-requests'), order);
  return asked.as(deletionAnswer).id;
};

const requestOf = async (tenant: TestTenant, id: string) =>
  (await tenant.dpo.get(tenant.path(`/deletion-requests/${id}`))).as(requestAnswer);

describe('a service on AWS KMS', () => {
  it('erases at once, and calls it beyond backup only when AWS has destroyed the key', async () => {
    const { fake } = aws();
    const tenant = await registerTenant(aws().service, { minRetention: 'PT0S' });
    await tenant.report(
      upload('gone', { subject: 'ada', content: 'of a lighthouse' }),
      upload('kept', { subject: 'ada', content: 'of a harbour' }),
    );
    expect(await contentOf(tenant, 'gone')).toEqual({ content: 'of a lighthouse' });
    const id = await erase(tenant, 'gone');
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('erased'), PATIENCE);
    const { epoch } = certificateAnswer.parse((await requestOf(tenant, id)).certificate);

    // The epoch ends, and its key waits for its deletion, with a date that the service's clock has passed already.
    const ended = await vi.waitFor(async () => {
      const row = (await epochsOf(tenant.id)).find(one => one.epoch === epoch);
      const key = fake.keys.find('eu-central-1', row?.kms_key_id ?? '');
      expect(row?.state).toBe('retired');
      expect(key.deletionDate).toBeDefined();
      return key;
    }, PATIENCE);
    const looks = (): number => fake.calls.filter(({ operation }) => operation === 'DescribeKey').length;
    const before = looks();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before + 3), PATIENCE);
    expect((await requestOf(tenant, id)).state).toBe('erased');

    fake.clock.advance(7 * DAY_MS);
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('beyond-backup'), PATIENCE);
    const { horizonAt, certificate } = await requestOf(tenant, id);
    const { erasedAt } = certificateAnswer.parse(certificate);
    expect(Date.parse(String(horizonAt))).toBeGreaterThanOrEqual(Date.parse(erasedAt));
    expect(() => fake.keys.find('eu-central-1', ended.arn)).toThrow('does not exist');
    expect(await contentOf(tenant, 'gone')).toBe(410);
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'of a harbour' });
  });

  it('dooms the key again where somebody cancels its deletion, and says nothing false meanwhile', async () => {
    const { fake } = aws();
    const tenant = await registerTenant(aws().service, { minRetention: 'PT0S' });
    await tenant.report(upload('gone', { subject: 'ada', content: 'of a mill' }));
    const id = await erase(tenant, 'gone');
    const { arn } = await vi.waitFor(async () => {
      const [first] = await epochsOf(tenant.id);
      const key = fake.keys.find('eu-central-1', first?.kms_key_id ?? '');
      expect(key.deletionDate).toBeDefined();
      return key;
    }, PATIENCE);
    fake.keys.find('eu-central-1', arn).deletionDate = undefined;
    await vi.waitFor(() => expect(fake.keys.find('eu-central-1', arn).deletionDate).toBeDefined(), PATIENCE);
    expect((await requestOf(tenant, id)).state).toBe('erased');
  });

  it('starts again while keys are pending and after they are gone', async () => {
    const { service, fake } = aws();
    const tenant = await registerTenant(service, { minRetention: 'PT0S' });
    await tenant.report(upload('kept', { subject: 'ada', content: 'of a quay' }));
    await vi.waitFor(
      async () => expect((await epochsOf(tenant.id)).map(({ state }) => state)).toContain('retired'),
      PATIENCE,
    );
    await service.stop();
    await service.start();
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'of a quay' });
    await service.stop();
    fake.clock.advance(7 * DAY_MS);
    await service.start();
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'of a quay' });
  });

  it('restored from before the horizon, opens what lived on, and nothing that was erased', async () => {
    const { service, fake } = aws();
    const tenant = await registerTenant(service, { minRetention: 'PT0S' });
    await tenant.report(
      upload('gone', { subject: 'ada', content: 'of a lighthouse' }),
      upload('kept', { subject: 'ada', content: 'of a harbour' }),
    );
    const tables = ['epochs', 'roots', 'data_keys'];
    for (const table of tables) await query(service, `create table public.${table} as table keys.${table}`);
    const id = await erase(tenant, 'gone');
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('erased'), PATIENCE);
    const waiting = async (): Promise<boolean> =>
      (await epochsOf(tenant.id)).filter(({ state }) => state === 'retired').length > 1;
    await vi.waitFor(async () => expect(await waiting()).toBe(true), PATIENCE);
    await vi.waitFor(() => {
      expect(fake.keys.all('eu-central-1').some(({ deletionDate }) => deletionDate !== undefined)).toBe(true);
    }, PATIENCE);
    fake.clock.advance(7 * DAY_MS);
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('beyond-backup'), PATIENCE);

    await service.stop();
    await query(service, 'truncate keys.epochs, keys.roots, keys.data_keys cascade');
    for (const table of tables)
      await query(service, `insert into keys.${table} select * from public.${table}`);
    for (const table of tables) await query(service, `drop table public.${table}`);
    await query(service, 'update keys.fence set position = 0');
    await service.start();
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'of a harbour' });
    expect(await contentOf(tenant, 'gone')).toBe(410);
  });

  it('rolls by command, and does not wait for the days that AWS takes', async () => {
    const { service, fake } = aws();
    const tenant = await registerTenant(service, { minRetention: 'PT0S' });
    await tenant.report(upload('kept', { subject: 'ada', content: 'of a pier' }));
    expect(await service.command('roll', tenant.id)).toMatchObject({ code: 0 });
    const [first] = await epochsOf(tenant.id);
    expect(fake.keys.find('eu-central-1', first?.kms_key_id ?? '').deletionDate).toBeDefined();
    expect(await contentOf(tenant, 'kept')).toEqual({ content: 'of a pier' });
  });

  it('names a key that was made for a tenant and never recorded, and none that was', async () => {
    const { service, fake } = aws();
    const tags = { 'lethe:tenant': 'nobody', 'lethe:epoch': '1' };
    const orphan = fake.keys.create({ region: 'eu-central-1', tags, policy: undefined });
    const tenant = await registerTenant(service);
    const [first] = await epochsOf(tenant.id);
    const { code, output } = await service.command('orphans');
    expect(code).toBe(0);
    expect(output).toContain(`${orphan.arn} tenant nobody epoch 1`);
    expect(output).not.toContain(first?.kms_key_id);
  });

  it('opens safety roots with the role of the workers only: who answers users is never let near them', async () => {
    const { fake, service } = aws();
    const tenant = await registerTenant(service);
    await tenant.report(upload('picture', { subject: 'ada', content: 'of a bay' }));
    expect(await contentOf(tenant, 'picture')).toEqual({ content: 'of a bay' });
    const callers = new Set(fake.calls.map(({ caller, operation }) => `${caller} ${operation}`));
    expect([...callers].filter(call => call.startsWith('serving '))).toEqual(['serving Decrypt']);
    expect(fake.calls.filter(({ outcome }) => outcome === 'AccessDeniedException')).toEqual([]);
    expect(callers).toContain('worker ScheduleKeyDeletion');
    const metrics = await service.callerWith(undefined).get('/metrics');
    expect(metrics.text).toMatch(/lethe_kms_calls_total\{operation="Decrypt",outcome="ok"\} \d+/);
    expect(metrics.text).not.toContain('arn:aws');
  });

  it('ends a tenant though the date of a key that is long destroyed was lost, and says that it was found gone', async () => {
    const { fake, service } = aws();
    const tenant = await registerTenant(service, { minRetention: 'PT0S' });
    const { kms_key_id: lost } = await vi.waitFor(async () => {
      const [first] = await epochsOf(tenant.id);
      expect(fake.keys.find('eu-central-1', first?.kms_key_id ?? '').deletionDate).toBeDefined();
      return first ?? expect.fail('no epoch');
    }, PATIENCE);
    fake.clock.advance(7 * DAY_MS);
    await vi.waitFor(async () => expect((await epochsOf(tenant.id))[0]?.state).toBe('destroyed'), PATIENCE);
    const dates = join(service.keystoreDir, 'aws-kms');
    const kept = (await readdir(dates)).find(name => name.includes(lost.split('/').at(-1) ?? lost));
    await rm(join(dates, kept ?? 'none'));

    await tenant.admin.post(tenant.path('/offboarding'), { notice: 'PT0S' });
    await tenant.dpo.send('POST', tenant.path('/offboarding/confirm'));
    const standing = async () =>
      (await tenant.auditor.get(tenant.path('/offboarding'))).as(offboardingAnswer);
    await vi.waitFor(async () => {
      expect((await standing()).status).toBe('started');
      const left = (await epochsOf(tenant.id)).filter(({ state }) => state !== 'destroyed');
      for (const { kms_key_id: arn } of left)
        expect(fake.keys.find('eu-central-1', arn).deletionDate).toBeDefined();
    }, PATIENCE);
    fake.clock.advance(7 * DAY_MS);
    await vi.waitFor(async () => expect((await standing()).status).toBe('erased'), PATIENCE);
    const { certificate } = await standing();
    expect(certificate?.foundGone).toEqual([lost]);
    expect(certificate?.kmsKeys).toContain(lost);
  });

  it('ends a tenant when the last of its keys is gone, and not before', async () => {
    const { fake, service } = aws();
    const tenant = await registerTenant(service, { minRetention: 'PT0S' });
    await tenant.report(upload('picture', { subject: 'ada', content: 'of an oak' }));
    await tenant.admin.post(tenant.path('/offboarding'), { notice: 'PT0S' });
    await tenant.dpo.send('POST', tenant.path('/offboarding/confirm'));
    const keys = async () => (await epochsOf(tenant.id)).map(({ kms_key_id }) => kms_key_id);
    await vi.waitFor(async () => {
      expect(await keys()).not.toEqual([]);
      for (const arn of await keys()) expect(fake.keys.find('eu-central-1', arn).deletionDate).toBeDefined();
    }, PATIENCE);
    const standing = async () =>
      (await tenant.auditor.get(tenant.path('/offboarding'))).as(offboardingAnswer);
    expect(await standing()).toMatchObject({ status: 'started', certificate: null });
    fake.clock.advance(7 * DAY_MS);
    await vi.waitFor(async () => expect((await standing()).status).toBe('erased'), PATIENCE);
    expect((await standing()).certificate).toMatchObject({ kmsKeys: await keys(), foundGone: [] });
  });
});
