import { describe, expect, test } from 'vitest';
import type { PinTexts } from '../../../src/domain/bundle/pins.ts';
import { bundleOf } from '../../support/bundles/bundle-parts.ts';
import { newKey, witnessSigner } from '../../support/bundles/note-signer.ts';
import { envelope, TestLog } from '../../support/bundles/test-log.ts';
import { verified } from '../../support/bundles/verified.ts';

const key = newKey();
const genuine = new TestLog(TestLog.of(40).envelopes, { key });
const kept = (size: number, log = genuine) => ({
  name: `checkpoint-${size}`,
  note: Buffer.from(log.checkpoint(size)),
});
const whole = (log: TestLog) => bundleOf(log, { kind: 'retention', leaves: { from: 0, to: log.size } });
const proof = (from: number, to: number, log = genuine) => ({
  from,
  to,
  proof: log.consistency(from, to).map(hash => Buffer.from(hash, 'base64')),
});

const older = (...sizes: number[]): PinTexts => ({
  key: genuine.signer.vkey,
  older: sizes.map(size => kept(size)),
});

/** A history changed by whoever holds the key of the log, and signed again. */
const rewritten = (change: (events: Buffer[]) => Buffer[]): TestLog =>
  new TestLog(change([...genuine.envelopes]), { key });

describe('attempt 6: a history that was changed and signed again with the real key', () => {
  test.each([
    [
      'an event edited',
      rewritten(all => all.with(17, envelope(17, { type: 'upload.received', asset: 'another' }))),
    ],
    ['an event dropped', rewritten(all => all.toSpliced(17, 1))],
    [
      'two events swapped',
      rewritten(([...all]) =>
        all
          .with(17, genuine.envelopes[18] ?? Buffer.alloc(0))
          .with(18, genuine.envelopes[17] ?? Buffer.alloc(0)),
      ),
    ],
    [
      'an event put in between',
      rewritten(all => all.toSpliced(17, 0, envelope(99, { type: 'upload.received' }))),
    ],
  ])('%s: passes by itself, and an older checkpoint shows it, with the place', async (_, changed) => {
    const bundle = whole(changed);
    expect((await verified(bundle, { key: genuine.signer.vkey })).verdict).toBe('ok');
    const { verdict, findings } = await verified(bundle, older(10, 16, 20, 30));
    expect(verdict).toBe('failed');
    expect(findings[0]).toMatchObject({ code: 'history-rewritten', part: 'log/entries.ndjson', leaf: 16 });
    expect(findings[0]?.message).toContain('among leaves 16 to 19');
    expect(findings.map(({ code }) => code)).toEqual(['history-rewritten', 'history-rewritten']);
  });

  test('events cut off at the end are missed by a checkpoint that covers them', async () => {
    const { findings } = await verified(whole(rewritten(all => all.slice(0, 30))), older(35));
    expect(findings).toMatchObject([{ code: 'older-checkpoint-uncheckable' }]);
    expect(findings[0]?.message).toContain('may have been cut back');
  });

  test('one key that signed two roots for one size is found', async () => {
    const changed = rewritten(all => all.with(39, envelope(99, { type: 'upload.received' })));
    expect((await verified(whole(changed), older(40))).findings).toMatchObject([
      { code: 'history-rewritten' },
    ]);
  });
});

describe('an older checkpoint', () => {
  test('of any size up to the whole log is confirmed by a bundle of the whole log', async () => {
    const { findings, checks } = await verified(whole(genuine), older(0, 1, 16, 17, 39, 40));
    expect(findings).toEqual([]);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'older-checkpoints', outcome: 'passed' }));
  });

  test('is confirmed by a range where the hashes beside it lead there, and otherwise said to be open', async () => {
    const bundle = bundleOf(genuine, { kind: 'retention', leaves: { from: 12, to: 20 } });
    expect((await verified(bundle, older(8, 12, 15, 20, 24, 32, 40))).findings).toEqual([]);
    const { findings } = await verified(bundle, older(7, 33));
    expect(findings.map(({ code }) => code)).toEqual([
      'older-checkpoint-uncheckable',
      'older-checkpoint-uncheckable',
    ]);
    expect(findings[0]?.message).toContain('proof from 7 to 40');
  });

  test('is confirmed by a consistency proof that the auditor fetched', async () => {
    const bundle = bundleOf(genuine, { kind: 'access', leaves: [1, 30], size: 38 });
    const pins = { ...older(7, 40), consistency: [proof(7, 38), proof(38, 40)] };
    expect((await verified(bundle, pins)).findings).toEqual([]);
    const wrong = { ...older(7), consistency: [{ ...proof(8, 38), from: 7 }] };
    expect((await verified(bundle, wrong)).findings).toMatchObject([{ code: 'consistency-proof-invalid' }]);
  });

  test('that the pinned key did not sign is refused before anything is verified', async () => {
    const stranger = TestLog.of(5);
    const pins = { key: genuine.signer.vkey, older: [kept(5, stranger)] };
    await expect(verified(whole(genuine), pins)).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });
});

describe('witnesses', () => {
  const [one, two, absent] = ['one', 'two', 'absent'].map(name => witnessSigner(`witness.test/${name}`));
  if (one === undefined || two === undefined || absent === undefined)
    throw new Error('three witnesses are needed');
  const bundle = bundleOf(genuine, { kind: 'retention', leaves: { from: 0, to: 40 }, witnesses: [one, two] });
  const pins = { key: genuine.signer.vkey, witnesses: [one.vkey, two.vkey, absent.vkey] };

  test('are enough where the quorum has cosigned', async () => {
    const { findings, checks } = await verified(bundle, { ...pins, quorum: 2 });
    expect(findings).toEqual([]);
    expect(checks.find(({ name }) => name === 'witnesses')?.says).toContain('2 of 3 cosigned');
  });

  test('are missed by name where it has not', async () => {
    const { findings } = await verified(bundle, pins);
    expect(findings).toMatchObject([{ code: 'witness-quorum-missing', part: 'log/checkpoint' }]);
    expect(findings[0]?.message).toContain('not: witness.test/absent');
  });

  test('cannot be outnumbered by the quorum, nor be logs', async () => {
    await expect(verified(bundle, { ...pins, quorum: 4 })).rejects.toMatchObject({ code: 'quorum-invalid' });
    const log = { key: genuine.signer.vkey, witnesses: [genuine.signer.vkey] };
    await expect(verified(bundle, log)).rejects.toMatchObject({ code: 'verifier-key-invalid' });
    await expect(verified(bundle, { key: one.vkey })).rejects.toMatchObject({ code: 'verifier-key-invalid' });
  });
});
