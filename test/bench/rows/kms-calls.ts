import { startKmsFake } from '../../support/kms-fake/server.ts';
import { openTenant } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { withService } from '../with-service.ts';

const CONNECTIONS = 4;
const LINE = {
  what: 'KMS calls, bulk ingest of one tenant on AWS KMS',
  unit: 'calls/million events',
  target: { atMost: 50 },
};

/** Counted by the server that is called, at the default settings: every request, retries included. */
export const kmsCalls: Benchmark = {
  name: 'kms-calls',
  lines: [LINE],
  run: async ({ manyEvents }) => {
    const fake = await startKmsFake();
    const env = {
      AWS_KMS: '1',
      AWS_REGION: 'eu-central-1',
      AWS_KMS_ENDPOINT: fake.url,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    };
    try {
      return await withService(async service => {
        const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
        const made = fake.calls.length;
        const order = { url, tenant, key, run: 'kms', from: 0, events: manyEvents, lazy: true };
        const { seconds } = await bulkLoad({ ...order, connections: CONNECTIONS });
        const calls = fake.calls.length - made;
        const note =
          `${calls} calls for ${manyEvents} events in ${Math.round(seconds)} s, and ${made} for making the tenant; ` +
          'they come from time: each root in use is asked for once a minute and process';
        return [{ ...LINE, measured: (calls / manyEvents) * 1_000_000, note }];
      }, env);
    } finally {
      await fake.stop();
    }
  },
};
