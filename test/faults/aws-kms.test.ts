import { afterEach, describe, expect, it, vi } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import { useServiceOnFake, useServiceOnLocalKms } from '../support/service-aws.ts';
import { query } from '../support/service-epochs.ts';
import type { Fault } from '../support/kms-fake/faults.ts';
import { canRunLocalKms } from '../support/local-kms.ts';
import { registerTenant } from '../support/service-tenant.ts';
import { startTraffic, verifyTraffic, type Traffic } from './kms-traffic.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
const SOME = 2;
const CACHES = { LETHE_KEY_CACHE: 'PT0.1S', AWS_KMS_DEADLINE: 'PT1S' };

const refusedSome = ({ refused, reads }: Traffic): boolean => refused.size >= SOME && reads.refused >= SOME;

async function goesOn(traffic: Traffic): Promise<void> {
  const [accepted, served] = [traffic.accepted.length, traffic.reads.served];
  await traffic.until(
    () => traffic.accepted.length >= accepted + SOME && traffic.reads.served >= served + SOME,
  );
}

describe('while traffic runs, a KMS', () => {
  const aws = useServiceOnFake({ ...CACHES, AWS_KMS_ROOT_CACHE: 'PT4S' });
  afterEach(() => aws().fake.faults.clear());

  const FAULTS: readonly [string, Fault][] = [
    ['that throttles everything', { kind: 'throttle' }],
    ['that hangs', { kind: 'hang' }],
    ['that denies', { kind: 'deny' }],
  ];
  it.each(FAULTS)(
    '%s: what is cached goes on, then 503, nothing is lost, and it ends by itself',
    async (_, fault) => {
      const { fake, service } = aws();
      const tenant = await registerTenant(service);
      const traffic = await startTraffic(tenant);
      await goesOn(traffic);
      fake.faults.add(fault);
      // The roots were unwrapped a moment ago, and stay for as long as AWS_KMS_ROOT_CACHE says.
      await goesOn(traffic);
      await traffic.until(() => refusedSome(traffic));
      const registration = { name: 'Example', region: 'eu-central', policy: { pack: 'neuralseek' } };
      const refused = await service.operator.post('/v1/tenants', registration);
      expect(refused.as(problemAnswer)).toMatchObject({ status: 503, code: 'kms-unavailable' });
      fake.faults.clear();
      await goesOn(traffic);
      await traffic.stop();
      await verifyTraffic(tenant, traffic);
    },
  );

  it('that is slow slows, and refuses nothing', async () => {
    const { fake, service } = aws();
    const tenant = await registerTenant(service);
    fake.faults.add({ kind: 'slow', ms: 200 });
    const traffic = await startTraffic(tenant);
    await goesOn(traffic);
    fake.faults.clear();
    await traffic.stop();
    expect(traffic.refused.size + traffic.reads.refused).toBe(0);
    await verifyTraffic(tenant, traffic);
  });
});

describe.skipIf(!canRunLocalKms())('while traffic runs, local-kms', () => {
  const local = useServiceOnLocalKms({ ...CACHES, AWS_KMS_ROOT_CACHE: 'PT0.5S', LETHE_EPOCH: 'PT2S' });

  it('that is killed and started again costs nothing that was acknowledged, in the middle of epoch rolls', async () => {
    const { kms, service } = local();
    const tenant = await registerTenant(service);
    const traffic = await startTraffic(tenant);
    const states = async (): Promise<string[]> => {
      const sql = 'select state from keys.epochs where tenant = $1 order by epoch';
      return (await query<{ state: string }>(service, sql, [tenant.id])).map(({ state }) => state);
    };
    await vi.waitFor(async () => expect(await states()).toContain('retired'), PATIENCE);
    await kms.kill();
    await traffic.until(() => refusedSome(traffic));
    await kms.start();
    await goesOn(traffic);
    const rolled = (await states()).length;
    await vi.waitFor(async () => expect((await states()).length).toBeGreaterThan(rolled), PATIENCE);
    await traffic.stop();
    await verifyTraffic(tenant, traffic);
    // Seven days are not over: whatever the service has doomed is still waiting, and no horizon is claimed.
    expect(await states()).not.toContain('destroyed');
  });
});
