import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EpochRoller } from '../../../src/application/epochs/roll.ts';
import { createRecorder } from '../../../src/application/recorder.ts';
import { createTenants } from '../../../src/application/tenants.ts';
import { composeRoller } from '../../../src/cli/compose-epochs.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';

let application: TestApplication;
let tenants: string[];
beforeAll(async () => {
  application = await openApplication('deepseek');
  tenants = [await application.register(), await application.register()].sort();
});
afterAll(() => application.close());

const clock = { now: () => new Date() };

/** A roller for which the epochs of the tenant can't be read, for a reason. */
function rollerFailing(tenant: string, code: string, asked: string[]): EpochRoller {
  const { stores } = application;
  const surroundings = { clock, random: { uuid: randomUUID, uuidv7 } };
  const recorder = createRecorder(stores.log, surroundings);
  const { store } = stores.epochs;
  const list: typeof store.list = of => {
    asked.push(of);
    return of === tenant ? Promise.reject(new LetheError(code, 'not now')) : store.list(of);
  };
  return composeRoller(
    { ...stores, epochs: { ...stores.epochs, store: { ...store, list } } },
    {
      ...{ clock, recorder, isBusy: () => false },
      tenants: createTenants({ ...surroundings, log: stores.log, recorder, vault: stores.vault }),
    },
  );
}

const currentEpochs = async (): Promise<unknown[]> =>
  Promise.all(
    tenants.map(
      async tenant =>
        (await application.stores.epochs.store.list(tenant)).find(({ state }) => state === 'current')?.epoch,
    ),
  );

it('ends at what keeps every tenant alike, and rolls the others of a tenant that fails', async () => {
  const [first = '', second = ''] = tenants;
  const asked: string[] = [];
  const failed: string[] = [];
  const tell = (tenant: string): number => failed.push(tenant);
  const away = rollerFailing(first, 'log-unavailable', asked);
  await expect(away.rollDue(0, tell)).rejects.toMatchObject({ code: 'log-unavailable' });
  expect([asked, failed]).toEqual([[first], []]);
  expect(await currentEpochs()).toEqual([1, 1]);

  expect(await rollerFailing(first, 'kms-key-disabled', asked).rollDue(0, tell)).toEqual([first]);
  expect(asked).toContain(second);
  expect(await currentEpochs()).toEqual([1, 2]);
});

it('ends between two tenants when it is told to', async () => {
  const asked: string[] = [];
  expect(await rollerFailing('', 'none', asked).rollDue(0, () => undefined, AbortSignal.abort())).toEqual([]);
  expect(asked).toEqual([]);
});
