import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { query } from '../support/service-epochs.ts';
import { openForSafety } from '../support/service-safety.ts';
import { allowBursts, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { erase, expectBeyondBackup, expectClosed, expectDestroyedOnce, expectOpen } from './rolled.ts';

const service = useService({
  database: 'shared',
  env: { LETHE_EPOCH: 'PT1S', LETHE_KEY_CACHE: 'PT0.1S' },
});
const KILLS = 20;
const EPOCH_MS = 1_000;
/** Moments of an epoch spread by the golden section, the same in every run. */
const moment = (round: number): number => Math.round(((round * 0.618) % 1) * EPOCH_MS);

it('rolls that are killed twenty times, under traffic, lose no survivor and revive nothing erased', async () => {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  await allowBursts(tenant);
  await tenant.report(upload('kept', { subject: 'ada', content: 'content of kept' }));
  const requests: { asset: string; request: string }[] = [];
  for (let round = 0; round < KILLS; round++) {
    const asset = `gone-${round}`;
    requests.push({ asset, request: await erase(tenant, asset) });
    const traffic = reportUntilCut(tenant, `traffic-${round}`);
    await delay(moment(round));
    await service().kill();
    await traffic;
    await service().start();
  }
  let last = 0;
  for (const { asset, request } of requests) {
    last = Math.max(last, await expectBeyondBackup(tenant, request));
    await expectClosed(service(), tenant, asset);
  }
  await expectOpen(service(), tenant, ['kept']);
  await expectDestroyedOnce(service(), tenant, last);
  for (const asset of await acknowledged(tenant)) {
    const content = { content: `content of ${asset}` };
    expect(await openForSafety(service(), tenant.id, asset)).toMatchObject([{ content }]);
  }
}, 180_000);

const SAMPLE = 40;
/** Some of what the traffic has brought, from all rounds. */
async function acknowledged(tenant: TestTenant): Promise<string[]> {
  const sql = `select substr(stream, 7) as asset from log.events
    where tenant = $1 and stream like 'asset/traffic-%' order by md5(stream) limit $2`;
  const rows = await query<{ asset: string }>(service(), sql, [tenant.id, SAMPLE]);
  expect(rows).toHaveLength(SAMPLE);
  return rows.map(({ asset }) => asset);
}

async function reportUntilCut(tenant: TestTenant, name: string): Promise<void> {
  try {
    for (let index = 0; ; index++) {
      const asset = `${name}-${index}`;
      await tenant.tryReport(upload(asset, { subject: 'ada', content: `content of ${asset}` }));
    }
  } catch (error) {
    // The connection went with the service.
    expect(error).toBeInstanceOf(TypeError);
  }
}
