import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLocalKms } from './build.ts';
import { createLocalKms } from './server.ts';

/** `node infra/local-kms/run.ts [--port 8080] [--dir .lethe-kms] [--build]`: an AWS KMS to try things out with, until Ctrl-C. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    dir: { type: 'string', default: '.lethe-kms' },
    region: { type: 'string', default: 'eu-central-1' },
    build: { type: 'boolean', default: false },
  },
});

if (values.build) {
  await buildLocalKms();
  process.stdout.write('local-kms is built\n');
} else {
  const dir = resolve(values.dir);
  await mkdir(dir, { recursive: true });
  const server = await createLocalKms({ dir, region: values.region, port: Number(values.port) });
  await server.start();
  process.stdout.write(`AWS_KMS=1 AWS_REGION=${server.region} AWS_KMS_ENDPOINT=${server.url}\n`);
  const stop = (): void => void server.kill().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
