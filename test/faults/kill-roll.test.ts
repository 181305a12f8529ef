import { describe, expect, it } from 'vitest';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { dropBarrier, raiseBarrier, type Stage } from './barrier.ts';
import { erase, expectBeyondBackup, expectClosed, expectDestroyedOnce, expectOpen } from './rolled.ts';

const service = useService({
  database: 'embedded',
  env: { LETHE_EPOCH: 'PT1S', LETHE_KEY_CACHE: 'PT0.1S' },
});
const SURVIVORS = ['kept-1', 'kept-2'];

const entering = (state: string): Omit<Stage, 'when'> & { readonly condition: string } => ({
  name: `an epoch is ${state}`,
  table: 'keys.epochs',
  event: 'update',
  condition: `new.state = '${state}'`,
});
const recording = (type: string): Omit<Stage, 'when'> & { readonly condition: string } => ({
  name: `the event ${type}`,
  table: 'log.events',
  event: 'insert',
  condition: `new.type = '${type}'`,
});

/** Every durable write of a roll, in its order; the steps on the KMS and in the file system lie between them. */
const STAGES = [
  { name: 'the new epoch', table: 'keys.epochs', event: 'insert', condition: `new.state = 'opening'` },
  { name: 'a root', table: 'keys.roots', event: 'insert', condition: 'true' },
  { name: 'the other root', table: 'keys.roots', event: 'insert', condition: `new.purpose = 'safety'` },
  entering('current'),
  recording('key.rotated'),
  {
    name: 're-wrapped keys',
    table: 'keys.data_keys',
    event: 'update',
    condition: `new.epoch > old.epoch and new.scope <> 'tenant/lookup'`,
  },
  entering('closed'),
  entering('retired'),
  recording('epoch.rolled'),
  { name: 'the old roots', table: 'keys.roots', event: 'delete', condition: 'true' },
  recording('key.destroyed'),
  recording('horizon.reached'),
  entering('destroyed'),
] as const;

const KILLS = [
  { how: 'the service is', kill: () => service().kill() },
  { how: 'the service and its database are', kill: () => service().killWithDatabase() },
];

const stageOf = (tenant: TestTenant, { condition, ...stage }: (typeof STAGES)[number]): Stage => ({
  ...stage,
  when: `${stage.event === 'delete' ? 'old' : 'new'}.tenant = '${tenant.id}' and ${condition}`,
});

let survivors: TestTenant | undefined;

/** One tenant for all of them: each roll stands on what the one before has left. */
const inhabited = async (): Promise<TestTenant> => {
  if (survivors !== undefined) return survivors;
  survivors = await registerTenant(service(), { minRetention: 'PT0S' });
  const uploads = SURVIVORS.map(asset => upload(asset, { subject: 'ada', content: `content of ${asset}` }));
  await survivors.report(...uploads);
  return survivors;
};

describe('an epoch roll', () => {
  it.each(
    STAGES.map((stage, index) => ({ stage, index, ...(KILLS[index % 2] ?? expect.fail('no such kill')) })),
  )(
    'that dies before $stage.name, when $how killed, is finished by the next start: survivors open, nothing erased does',
    async ({ stage, index, kill }) => {
      const tenant = await inhabited();
      const asset = `gone-${index}`;
      const request = await erase(tenant, asset);
      const barred = stageOf(tenant, stage);
      const { reached } = await raiseBarrier(service(), barred);
      await reached();
      await kill();
      await service().start();
      await dropBarrier(service(), barred);
      const epoch = await expectBeyondBackup(tenant, request);
      await expectOpen(service(), tenant, SURVIVORS);
      await expectClosed(service(), tenant, asset);
      await expectDestroyedOnce(service(), tenant, epoch);
    },
  );
});
