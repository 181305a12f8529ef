import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import { snapshot } from '../support/service-snapshot.ts';
import { registerTenant } from '../support/service-tenant.ts';
import { createService, TestService } from '../support/service.ts';

const place = { region: 'eu-central' };
const profileOf = (tenancy: string): Readonly<Record<string, string>> => ({
  LETHE_PROFILE: JSON.stringify({
    ...{ region: 'eu-central', tenancy },
    stores: { log: place, keys: place, exports: place },
  }),
});

let service: TestService;
beforeAll(async () => {
  service = await createService({ database: 'embedded', env: profileOf('dedicated') });
  await service.start();
});
afterAll(() => service.destroy());

/** The same data under another environment. */
const withEnv = (env: Readonly<Record<string, string>>): TestService =>
  new TestService({
    ...{ dataDir: service.dataDir, database: undefined, log: service.log, env },
    ...{ command: ['start'], logFile: 'drifted.log' },
  });

it('a dedicated cell takes one tenant', async () => {
  await registerTenant(service);
  const before = await snapshot(service);
  const order = { name: 'Another', region: 'eu-central' };
  const second = await service.operator.post('/v1/tenants', order);
  expect([second.status, second.as(problemAnswer).code]).toEqual([409, 'cell-dedicated']);
  expect(await snapshot(service)).toEqual(before);
});

it('a cell that has drifted from its profile does not start, and as it was it starts again', async () => {
  const before = await snapshot(service);
  await service.stop();
  for (const env of [profileOf('shared'), {}]) {
    const { code, output } = await withEnv(env).command('start');
    expect([code, output]).toEqual([1, expect.stringContaining('profile-drift: ')]);
  }
  await service.start();
  expect(await snapshot(service)).toEqual(before);
});
