import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf, filesOf } from '../../support/bundles/bundle-parts.ts';
import { certificateOf, erasureLog, receiptOf } from '../../support/bundles/erasure-documents.ts';
import { altered, flippedBit } from '../../support/bundles/tamper.ts';
import { TestLog } from '../../support/bundles/test-log.ts';
import { zipOf } from '../../support/bundles/zip.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const log = TestLog.of(12);
const bundle = bundleOf(log, {
  kind: 'retention',
  leaves: { from: 0, to: 12 },
  files: { 'report.pdf': '%PDF-1.7' },
});
const erasures = erasureLog();

/** A directory with nothing in it but the one file and what an auditor brings. */
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lethe-auditor-'));
  const out = join(directory, 'lethe-verify.mjs');
  const rolldown = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
  await run(process.execPath, [rolldown, '--config', 'rolldown.config.ts', '--file', out], { cwd: ROOT });
  const put = (name: string, content: string | Buffer) => writeFile(join(directory, name), content);
  const zip = await zipOf(filesOf(bundle));
  await put('bundle.zip', zip);
  await put('changed.zip', await zipOf(filesOf(altered(bundle, 'report.pdf', bytes => flippedBit(bytes)))));
  await put('cut-off.zip', zip.subarray(0, -100));
  await put('empty.zip', '');
  await put('checkpoint', log.checkpoint(7));
  await put('checkpoint-of-another', TestLog.of(3).checkpoint());
  await put('certificate.json', JSON.stringify(certificateOf(erasures)));
  await put('receipt.json', JSON.stringify(receiptOf(erasures)));
  await put('lie.json', JSON.stringify({ ...certificateOf(erasures), erasedAt: '2026-02-01T00:00:00Z' }));
  await put('proof.json', JSON.stringify({ from: 9, to: 15, proof: erasures.consistency(9) }));
  await put('checkpoint-9', erasures.checkpoint(9));
});

afterAll(async () => rm(directory, { recursive: true, force: true }));

async function verify(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const options = { cwd: directory, env: { PATH: '/nonexistent' }, encoding: 'utf8' } as const;
  try {
    const { stdout, stderr } = await run(process.execPath, ['lethe-verify.mjs', ...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const pinned = ['--key', log.signer.vkey];

describe('the verifier as one file, in a directory of its own', () => {
  test('says that an untouched bundle holds, and what was not checked', async () => {
    const { code, out } = await verify('bundle.zip', ...pinned);
    expect(code).toBe(0);
    expect(out).toContain('12 events: the whole log, complete and in order');
    expect(out).toMatch(/not checked\s+Older checkpoints/);
    expect(out).toMatch(/OK: everything that was checked holds/);
  });

  test('confirms that the log continues a checkpoint that was kept', async () => {
    const { code, out } = await verify('bundle.zip', ...pinned, '--checkpoint', 'checkpoint');
    expect(code).toBe(0);
    expect(out).toMatch(/passed\s+Older checkpoints\s+the log continues checkpoint/);
  });

  test('says in words which part was changed, and fails', async () => {
    const { code, out } = await verify('changed.zip', ...pinned);
    expect(code).toBe(1);
    expect(out).toContain(
      'report.pdf: its SHA-256 is not the one that the manifest lists: it was changed [hash-differs]',
    );
    expect(out).toContain('FAILED');
  });

  test('prints the same as JSON', async () => {
    const { code, out } = await verify('changed.zip', ...pinned, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      file: 'changed.zip',
      verdict: 'failed',
      findings: [{ part: 'report.pdf', code: 'hash-differs' }],
    });
  });

  test('verifies a certificate and a receipt that stand alone, and sees through a wrong one', async () => {
    const key = ['--key', erasures.signer.vkey];
    for (const file of ['certificate.json', 'receipt.json']) {
      const { code, out } = await verify(file, ...key);
      expect(code, out).toBe(0);
      expect(out).toContain('its other fields are not signed');
    }
    const older = ['--checkpoint', 'checkpoint-9', '--consistency', 'proof.json'];
    expect((await verify('certificate.json', ...key, ...older)).code).toBe(0);
    expect((await verify('certificate.json', ...key, '--checkpoint', 'checkpoint-9')).out).toContain(
      'older-checkpoint-uncheckable',
    );
    const lie = await verify('lie.json', ...key);
    expect(lie.code).toBe(1);
    expect(lie.out).toContain('claim-differs');
  });

  test.each([
    ['without a key', ['bundle.zip'], 'key-missing'],
    ['with a key that is none', ['bundle.zip', '--key', 'secret'], 'verifier-key-invalid'],
    ['for a file that does not exist', ['absent.zip', ...pinned], 'file-unreadable'],
    ['for an empty file', ['empty.zip', ...pinned], 'bundle-unreadable'],
    ['for a zip that was cut off', ['cut-off.zip', ...pinned], 'bundle-unreadable'],
    ['for a file that is no zip', ['lethe-verify.mjs', ...pinned], 'bundle-unreadable'],
    [
      'with a checkpoint of another log',
      ['bundle.zip', ...pinned, '--checkpoint', 'checkpoint-of-another'],
      'checkpoint-invalid',
    ],
    [
      'with a consistency proof that is none',
      ['bundle.zip', ...pinned, '--consistency', 'certificate.json'],
      'consistency-invalid',
    ],
    [
      'with more witnesses asked for than given',
      ['bundle.zip', ...pinned, '--quorum', '1'],
      'quorum-invalid',
    ],
    [
      'with a quorum that is no number',
      ['bundle.zip', ...pinned, '--quorum', 'none'],
      'must be a whole number',
    ],
    ['with an option that does not exist', ['bundle.zip', '--trust-me'], 'unknown option'],
    [
      'for two files, of which only one would be judged',
      ['bundle.zip', 'changed.zip', ...pinned],
      'too many arguments',
    ],
    ['for no file at all', [], 'missing required argument'],
  ])('gives no verdict %s', async (_, args, reason) => {
    const { code, out, err } = await verify(...args);
    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(out).toBe('');
  });
});
