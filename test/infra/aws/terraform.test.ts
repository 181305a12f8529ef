import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const hasTerraform = spawnSync('terraform', ['version']).status === 0;
if (!hasTerraform) console.warn('skipped: terraform is not installed, and so its own parser is not asked');

it.skipIf(!hasTerraform)('the module is what Terraform can parse, in its own format', () => {
  const home = mkdtempSync(join(tmpdir(), 'lethe-terraform-'));
  const env = { PATH: process.env['PATH'], HOME: home, CHECKPOINT_DISABLE: '1' };
  const { status, stdout, stderr } = spawnSync('terraform', ['fmt', '-check', '-diff', 'infra/aws'], { env });
  rmSync(home, { recursive: true, force: true });
  expect(`${stdout.toString()}${stderr.toString()}`).toBe('');
  expect(status).toBe(0);
});
