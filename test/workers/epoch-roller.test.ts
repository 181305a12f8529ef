import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEpochWorker } from '../../src/cli/compose-epochs.ts';
import { createMetrics } from '../../src/platform/metrics.ts';

const EPOCH_MS = 1;
const PATIENCE = { timeout: 20_000, interval: 20 };

test('a tenant whose roll fails is an alarm until a round in which it does not, whoever finished it', async () => {
  const metrics = createMetrics({ ofProcess: false });
  const logged: string[] = [];
  const logger = pino({ level: 'error' }, { write: line => void logged.push(line) });
  let failing = ['one', 'two'];
  const worker = createEpochWorker(
    {
      roller: {
        rollDue: (_epochMs, onFailure) => {
          for (const tenant of failing) onFailure(tenant, new Error(`${tenant} fails`));
          return Promise.resolve(failing);
        },
      },
      epochMs: EPOCH_MS,
    },
    logger,
    metrics,
  );
  onTestFinished(() => worker.stop());
  const alarms = async (): Promise<unknown[]> =>
    (await metrics.epochs.failedRolls.get()).values.map(({ labels, value }) => [labels.tenant, value]);

  worker.start();
  await vi.waitFor(
    async () =>
      expect(await alarms()).toEqual([
        ['one', 1],
        ['two', 1],
      ]),
    PATIENCE,
  );
  expect(logged.join('')).toContain('two fails');
  failing = ['two'];
  await vi.waitFor(async () => expect(await alarms()).toEqual([['two', 1]]), PATIENCE);
  failing = [];
  await vi.waitFor(async () => expect(await alarms()).toEqual([]), PATIENCE);
});
