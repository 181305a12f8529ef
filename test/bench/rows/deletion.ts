import { openTenant } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { percentile } from '../stats.ts';
import { withService } from '../with-service.ts';

const LINE = { what: 'deletion request, durable and hidden, p99', unit: 'ms', target: { atMost: 25 } };
const CHUNK = 1_000;

export const deletion: Benchmark = {
  name: 'deletion',
  lines: [LINE],
  run: ({ requests }) =>
    withService(async service => {
      const client = await openTenant(service, { pack: 'neuralseek' });
      const warmUp = Math.ceil(requests / 10);
      const uploads = Array.from({ length: warmUp + requests }, (_, n) => upload(n));
      for (let from = 0; from < uploads.length; from += CHUNK) {
        await client.post('/events', uploads.slice(from, from + CHUNK));
      }
      const times: number[] = [];
      for (const { subject, data } of uploads) {
        const started = performance.now();
        await client.post('/deletion-requests', { subject: data.subject, asset: subject });
        times.push(performance.now() - started);
      }
      return [{ ...LINE, measured: percentile(times.slice(warmUp), 0.99), note: 'one at a time, over HTTP' }];
    }),
};

const upload = (n: number) => ({
  specversion: '1.0',
  id: `upload-${n}`,
  source: 'urn:lethe:bench:deletion',
  type: 'upload.received',
  subject: `asset-${n}`,
  data: { subject: `user-${n % 100}`, mediaType: 'text/plain', content: 'a note about the rota' },
});
