import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { lintCompose } from '../../infra/lint/lint.ts';
import { loadConfig } from '../../src/platform/config.ts';
import { BUILDS_WITHIN_MS, canLint } from '../support/lint.ts';

const service = z.looseObject({
  image: z.string(),
  build: z.unknown().optional(),
  command: z.array(z.string()).nullish(),
  environment: z.record(z.string(), z.string()).default({}),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  ports: z.array(z.looseObject({ host_ip: z.string(), target: z.number() })).default([]),
  deploy: z.looseObject({ replicas: z.number() }).optional(),
});
const composed = z.looseObject({ services: z.record(z.string(), service) });

const FILE = 'infra/compose/compose.yaml';
const SECRETS = ['LETHE_DB_PASSWORD', 'KMS_ACCESS_KEY_ID', 'KMS_SECRET_ACCESS_KEY'];

describe.skipIf(!canLint())('the compose file', () => {
  let folder = '';
  let services: z.infer<typeof composed>['services'];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lethe-compose-'));
    const env = join(folder, 'filled-in.env');
    await writeFile(env, SECRETS.map(name => `${name}=planted\n`).join(''));
    ({ services } = composed.parse(parse(await lintCompose(env))));
  }, BUILDS_WITHIN_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const lethes = () => [services['api'], services['worker']].filter(one => one !== undefined);

  it('starts two processes of the API, one of workers, and every engine they run on', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'kafka', 'kms', 'kurrentdb', 'postgres', 'worker']);
    expect(services['api']).toMatchObject({ command: ['api'], deploy: { replicas: 2 } });
    expect(services['worker']).toMatchObject({ command: ['worker'] });
  });

  it('gives them an environment that the service accepts, with each engine in use', () => {
    for (const { environment } of lethes())
      expect(loadConfig(environment)).toMatchObject({
        eventStore: { stream: 'lethe' },
        kafka: { in: { topic: 'lethe.in' }, out: { topic: 'lethe.out' } },
        awsKms: { endpoint: 'http://kms:8080' },
      });
  });

  it('runs what is built here on a read-only root, without capabilities', () => {
    const built = Object.values(services).filter(({ build }) => build !== undefined);
    expect(built).toHaveLength(3);
    for (const one of built) expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('names an exact version of every image, and opens ports to this machine alone', () => {
    for (const { image, ports } of Object.values(services)) {
      expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
      for (const { host_ip: host } of ports) expect(host).toBe('127.0.0.1');
    }
  });

  it('has no secret of its own, and does not start without those of the env file', async () => {
    expect(await readFile(FILE, 'utf8')).not.toContain('planted');
    const refusal = await lintCompose('infra/compose/example.env').catch(String);
    for (const name of SECRETS) expect(refusal).toContain(`${name} is missing a value`);
  });
});
