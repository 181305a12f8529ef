import { describe, expect, test } from 'vitest';
import { bundleOf } from '../../support/bundles/bundle-parts.ts';
import { TestLog } from '../../support/bundles/test-log.ts';
import { verified } from '../../support/bundles/verified.ts';

const outcomes = ({ checks }: Awaited<ReturnType<typeof verified>>) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

describe('an untouched bundle', () => {
  const log = TestLog.of(23);
  const pins = { key: log.signer.vkey };

  test('of a whole log passes', async () => {
    const verification = await verified(
      bundleOf(log, { kind: 'retention', leaves: { from: 0, to: 23 } }),
      pins,
    );
    expect(verification.findings).toEqual([]);
    expect(verification.verdict).toBe('ok');
    expect(outcomes(verification)).toEqual({
      signature: 'passed',
      checkpoint: 'passed',
      witnesses: 'not-checked',
      events: 'passed',
      'older-checkpoints': 'not-checked',
      rows: 'not-checked',
      files: 'passed',
    });
  });

  test('of any range of a log of any size passes', async () => {
    for (const [from, to, size] of [
      [0, 0, 0],
      [0, 1, 1],
      [3, 3, 7],
      [1, 2, 3],
      [5, 6, 7],
      [4, 8, 16],
      [6, 11, 23],
      [16, 23, 23],
    ] as const) {
      const { findings } = await verified(
        bundleOf(log, { kind: 'retention', leaves: { from, to }, size }),
        pins,
      );
      expect(findings, `[${from}, ${to}) of ${size}`).toEqual([]);
    }
  });

  test('of single events passes', async () => {
    const bundle = bundleOf(log, { kind: 'access', leaves: [0, 7, 22] });
    const verification = await verified(bundle, pins);
    expect(verification.findings).toEqual([]);
    expect(outcomes(verification)).toMatchObject({ events: 'passed', files: 'passed' });
  });
});
