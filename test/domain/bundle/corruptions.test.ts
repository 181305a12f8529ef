import { describe, expect, test } from 'vitest';
import { verified } from '../../support/bundles/verified.ts';
import { log, report, single } from './corruptions/corruption.ts';
import { certificate, DOCUMENTS, erasures, receipt } from './corruptions/documents.ts';
import { LINES, ROWS } from './corruptions/events.ts';
import { CONTAINER, IN_EACH_PART } from './corruptions/files.ts';
import { PROOFS } from './corruptions/proofs.ts';
import { SIGNATURES } from './corruptions/signatures.ts';

const ALL = [...IN_EACH_PART, ...LINES, ...PROOFS, ...SIGNATURES, ...CONTAINER, ...ROWS, ...DOCUMENTS];

describe('a corrupted bundle', () => {
  test('is tried in more than fifty ways, from bundles that pass', async () => {
    expect(new Set(ALL.map(({ what }) => what)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThan(50);
    for (const [bundle, key] of [
      [report, log],
      [single, log],
      [certificate, erasures],
      [receipt, erasures],
    ] as const) {
      expect((await verified(bundle, { key: key.signer.vkey })).findings).toEqual([]);
    }
  });

  test.each(ALL)('is refused for $what, naming $part', async ({ bundle, pinned, part, code }) => {
    const { verdict, findings } = await verified(await bundle(), { key: pinned.signer.vkey });
    expect(verdict).toBe('failed');
    expect(findings.map(finding => [finding.part, finding.code])).toContainEqual([part, code]);
    for (const finding of findings) expect(finding.message).toMatch(/\w{3}/);
  });
});
