import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { BundleManifest } from '../../src/domain/bundle/manifest.ts';
import type { Verification } from '../../src/domain/bundle/verification.ts';
import { verifyFile, type VerifyOptions } from '../../src/cli/verify/verify-file.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const requested = z.object({ report: z.uuid() });
const reportState = z.object({ state: z.string() });
const logKey = z.object({ key: z.string() });
const deletion = z.object({ id: z.uuid(), state: z.string() });

const service = useService({ database: 'shared' });
let tenant: TestTenant;
let directory: string;
let dpoKey: string;
let options: VerifyOptions;
let request: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lethe-auditor-'));
  tenant = await registerTenant(service(), { pack: 'clarifai', minRetention: 'PT0S', maxRetention: 'P30D' });
  dpoKey = await tenant.key('dpo');
  const subject = { subject: 'user-1' };
  await tenant.report(
    upload('asset-1', { ...subject, content: 'a heron on a pier' }),
    upload('asset-2', { ...subject, content: 'a pier without a heron' }),
    upload('asset-3', { ...subject, content: 'a heron again' }),
  );
  const asked = await tenant.dpo.post(tenant.path('/deletion-requests'), {
    subject: 'user-1',
    asset: 'asset-1',
  });
  request = asked.as(deletion.pick({ id: true })).id;
  await vi.waitFor(async () => {
    const { state } = (await tenant.dpo.get(tenant.path(`/deletion-requests/${request}`))).as(deletion);
    expect(['erased', 'beyond-backup']).toContain(state);
  }, PATIENCE);
  options = { key: (await tenant.auditor.get(tenant.path('/log/key'))).as(logKey).key };
});

afterAll(async () => rm(directory, { recursive: true, force: true }));

/** What the service hands out, as a file on the auditor's disk. */
async function saved(name: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  const authorization = `Bearer ${dpoKey}`;
  const answer = await fetch(`${service().address}${tenant.path(path)}`, {
    headers: { authorization, ...headers },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(answer.status, bytes.toString('utf8', 0, 500)).toBe(200);
  const file = join(directory, name);
  await writeFile(file, bytes);
  return file;
}

async function bundle(kind: BundleManifest['kind'], more: object = {}): Promise<string> {
  const asked = await tenant.dpo.post(tenant.path('/reports'), { kind, ...more });
  expect(asked.status, asked.text).toBeLessThan(300);
  const { report } = asked.as(requested);
  await vi.waitFor(async () => {
    const answer = await tenant.dpo.get(tenant.path(`/reports/${report}`));
    expect(answer.as(reportState).state, answer.text).toBe('issued');
  }, PATIENCE);
  return saved(`${kind}.zip`, `/reports/${report}/bundle`);
}

const outcome = ({ findings, checks }: Verification, name: string) => ({
  findings,
  outcome: checks.find(check => check.name === name)?.outcome,
});

describe('what the running service hands to an auditor', () => {
  test.each(['retention', 'soc2-evidence', 'access-log', 'dpa-evidence', 'confirmation'] as const)(
    'verifies offline: %s, the whole log',
    async kind => {
      const verification = await verifyFile(await bundle(kind), options);
      expect(outcome(verification, 'events')).toEqual({ findings: [], outcome: 'passed' });
    },
  );

  test.each(['access', 'portability', 'erasure-receipt', 'erasure-certificate'] as const)(
    'verifies offline: %s, event by event',
    async kind => {
      const about = kind.startsWith('erasure') ? { subject: 'user-1', request } : { subject: 'user-1' };
      const verification = await verifyFile(await bundle(kind, about), options);
      expect(outcome(verification, 'events')).toEqual({ findings: [], outcome: 'passed' });
    },
  );

  test.each(['receipt', 'certificate'])('verifies offline: a %s that stands alone', async name => {
    const accept = { accept: 'application/json' };
    const file = await saved(`${name}.json`, `/deletion-requests/${request}/${name}`, accept);
    expect(outcome(await verifyFile(file, options), 'document')).toEqual({ findings: [], outcome: 'passed' });
  });

  test('continues a checkpoint that was kept before more happened', async () => {
    const checkpoint = await saved('checkpoint', '/log/checkpoint');
    await tenant.report(upload('asset-4', { subject: 'user-2', content: 'later' }));
    const verification = await verifyFile(await bundle('hold'), { ...options, checkpoint: [checkpoint] });
    expect(outcome(verification, 'older-checkpoints')).toEqual({ findings: [], outcome: 'passed' });
  });

  test('holds in the database too, read by the command', async () => {
    const { code, output } = await service().command('verify', '--live', tenant.id);
    expect(output).toContain(`tenant ${tenant.id}`);
    expect(output).toContain('OK');
    expect(code).toBe(0);
  });

  test.each(['nonsense', randomUUID()])('says OK of no tenant that is not there', async misspelt => {
    const { code, output } = await service().command('verify', '--live', misspelt);
    expect(output).toContain('tenant-not-found');
    expect(output).not.toContain('OK');
    expect(code).toBe(1);
  });
});
