import { expect, test } from 'vitest';
import { residualCopies } from '../../../src/domain/erasure/residual-copies.ts';

const erasedAt = new Date('2026-03-01T00:00:00.000Z');
const horizonAt = new Date('2026-03-02T00:00:00.000Z');
const STORES = [
  ...['log', 'keys', 'views', 'exports', 'caches', 'write-ahead-log', 'kms', 'survivors', 'backups'],
  ...['topics', 'siem'],
];
const BEYOND = ['write-ahead-log', 'kms', 'survivors', 'backups'];

const untilOf = (at: Date | null) =>
  new Map(
    residualCopies({ erasedAt, horizonAt: at, policy: { keyCacheMs: 5_000 } }).map(({ store, until }) => [
      store,
      until,
    ]),
  );

test('names each store once, with what remains and how it ends', () => {
  const copies = residualCopies({ erasedAt, horizonAt, policy: { keyCacheMs: 5_000 } });
  expect(copies.map(({ store }) => store)).toEqual(STORES);
  for (const { remains, how } of copies) expect(Math.min(remains.length, how.length)).toBeGreaterThan(5);
});

test('what a backup could bring back has no date before the horizon, and the horizon’s after it', () => {
  for (const store of BEYOND) {
    expect([...untilOf(null)]).toContainEqual([store, null]);
    expect([...untilOf(horizonAt)]).toContainEqual([store, horizonAt]);
  }
  for (const store of STORES.filter(name => !BEYOND.includes(name) && name !== 'caches'))
    expect([...untilOf(null)]).toContainEqual([store, erasedAt]);
});

test('a key in the memory of another process lasts as long as the cache', () => {
  expect(untilOf(null).get('caches')).toEqual(new Date(erasedAt.getTime() + 5_000));
});

test('topics and a SIEM are told of where there are some', () => {
  const policy = { keyCacheMs: 0, topicRetentionMs: 86_400_000, siem: true };
  const copies = residualCopies({ erasedAt, horizonAt, policy });
  expect(copies.find(({ store }) => store === 'topics')?.how).toContain('2026-03-02T00:00:00.000Z');
  expect(copies.find(({ store }) => store === 'siem')?.remains).toContain('metadata');
});

test('the days for which a KMS keeps a doomed key are told, where there are some', () => {
  const kms = (kmsPendingDays?: number) =>
    residualCopies({ erasedAt, horizonAt: null, policy: { keyCacheMs: 0, kmsPendingDays } }).find(
      ({ store }) => store === 'kms',
    );
  expect(kms(7)?.how).toContain('7 days after');
  for (const copy of [kms(0), kms()]) expect(copy?.how).not.toContain('days');
});
