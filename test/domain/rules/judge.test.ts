import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/domain/limits.ts';
import type { Fact } from '../../../src/domain/rules/fact.ts';
import { DAY, HOUR, judged, made, MINUTE, rulesOf, rulesWith, SECOND, START, next } from './given.ts';

describe('velocity', () => {
  it('signals when an hour reaches its threshold, and not one before', () => {
    expect(rulesOf(judged(made(239)))).toEqual([]);
    const { findings } = judged(made(240));
    expect(findings).toMatchObject([{ rule: 'velocity', score: 1, reasons: { madeInHour: 240 } }]);
  });

  it('does not add up hours that are far apart', () => {
    const facts = [0, 1, 2, 3].flatMap(part => made(200, START + part * 2 * HOUR, SECOND, `p${part}`));
    expect(rulesOf(judged(facts))).toEqual([]);
  });

  it('signals a day that is too full, however even', () => {
    expect(rulesOf(judged(made(2_500, START, 30 * SECOND)))).toEqual(['velocity']);
  });

  it('counts a call of which the platform reports only the block', () => {
    const blocked = Array.from({ length: 240 }, (_, index): Fact => ({
      kind: 'blocked',
      isMade: true,
      asset: `b-${index}`,
      at: START + index * SECOND,
    }));
    expect(rulesOf(judged(blocked))).toContain('velocity');
  });
});

describe('mass deletion', () => {
  const deleteAfter = (wait: number, count = 20) => [
    ...made(20, START, MINUTE),
    ...next('deleted', count, START + 20 * MINUTE + wait),
  ];

  it('signals who deletes within a day, at one go, most of what was made', () => {
    const { findings } = judged(deleteAfter(3 * HOUR));
    expect(findings).toMatchObject([
      { rule: 'mass-deletion', reasons: { youngDeletedInHour: 15, madeInDay: 20, deletedShare: 0.75 } },
    ]);
    expect(findings[0]?.assets).toHaveLength(15);
  });

  it.each(['oldest', 'newest'] as const)(
    'signals who makes more than is remembered one by one, and deletes all of it, %s first',
    first => {
      const deleted = next('deleted', 1_000, START + 9 * HOUR, 0);
      const inOrder = first === 'oldest' ? deleted : deleted.toReversed();
      const { findings } = judged([...made(1_000, START, 30 * SECOND), ...inOrder]);
      expect(findings).toMatchObject([
        { rule: 'mass-deletion', reasons: { madeInDay: 1_000, deletedShare: 0.7 } },
      ]);
    },
  );

  it('says nothing of who makes as much, and tidies up what is older', () => {
    const busy = [
      ...made(400, START, MINUTE),
      ...next('deleted', 400, START + 7 * HOUR, SECOND, 'last-month'),
    ];
    expect(rulesOf(judged(busy))).toEqual([]);
  });

  it('says nothing of who tidies up what is older than a day', () => {
    expect(rulesOf(judged(deleteAfter(26 * HOUR)))).toEqual([]);
  });

  it('says nothing of who keeps a good part of it', () => {
    const facts = [...made(60, START, MINUTE), ...next('deleted', 35, START + 60 * MINUTE)];
    expect(rulesOf(judged(facts))).toEqual([]);
  });

  it('says nothing of who deletes a little at a time', () => {
    const facts = [...made(20, START, MINUTE), ...next('deleted', 20, START + 20 * MINUTE, 10 * MINUTE)];
    expect(rulesOf(judged(facts))).toEqual([]);
  });
});

describe('flagged and deleted', () => {
  it('signals where both shares are high, and not where one is', () => {
    const all = [...made(30, START, 2 * HOUR), ...next('flagged', 20, START + 61 * HOUR)];
    const deleted = next('deleted', 30, START + 62 * HOUR, 20 * MINUTE);
    expect(rulesOf(judged([...all, ...deleted]))).toContain('flagged-and-deleted');
    expect(rulesOf(judged(all))).not.toContain('flagged-and-deleted');
    expect(rulesOf(judged([...made(30, START, 2 * HOUR), ...deleted]))).toEqual([]);
  });

  it('waits until there is enough to judge by', () => {
    const few = [
      ...made(10, START, HOUR),
      ...next('flagged', 10, START + 11 * HOUR),
      ...next('deleted', 10, START + 12 * HOUR),
    ];
    expect(rulesOf(judged(few))).not.toContain('flagged-and-deleted');
  });
});

describe('a surge of personal data', () => {
  const flaggedDay = (day: number, count: number, flagged: number, prefix = `d${day}`) => [
    ...made(count, START + day * DAY, 5 * MINUTE, prefix),
    ...next('flagged', flagged, START + day * DAY + 3 * HOUR, SECOND, prefix),
  ];

  it('signals an account of which suddenly most is flagged', () => {
    const { findings } = judged([...flaggedDay(0, 20, 1), ...flaggedDay(3, 20, 12)]);
    expect(findings).toMatchObject([{ rule: 'pii-surge', reasons: { flaggedInDay: 12, usualDay: 1 } }]);
  });

  it('says nothing of an account for which that is a usual day', () => {
    const usual = [0, 1, 2, 3].flatMap(day => flaggedDay(day, 9, 5));
    expect(rulesOf(judged([...usual, ...flaggedDay(5, 20, 13)]))).toEqual([]);
  });

  it('counts an asset once, however many detectors flag it', () => {
    const one = made(1);
    expect(
      rulesOf(judged([...one, ...Array.from({ length: 30 }, () => next('flagged', 1, START)).flat()])),
    ).toEqual([]);
  });
});

describe('repeated blocks', () => {
  it('signals who goes on after being refused, not who is refused now and then', () => {
    const tries = (count: number, blocked: number) => [
      ...made(count, START, MINUTE),
      ...next('blocked', blocked, START + 3 * HOUR),
    ];
    expect(rulesOf(judged(tries(20, 6)))).toEqual(['repeated-blocks']);
    expect(rulesOf(judged(tries(150, 6)))).toEqual([]);
    expect(rulesOf(judged(tries(20, 5)))).toEqual([]);
  });
});

describe('every rule', () => {
  it('signals an account again only after the time that the tenant says', () => {
    const [first, second, third] = [0, 3, 8].map(day => made(240, START + day * DAY, 10 * SECOND, `d${day}`));
    const all = judged([...(first ?? []), ...(second ?? []), ...(third ?? [])]);
    expect(all.findings.map(({ at }) => Math.floor((at - START) / DAY))).toEqual([0, 8]);
  });

  it('says nothing where it is off', () => {
    expect(rulesOf(judged(made(500), rulesWith({ velocity: { on: false } })))).toEqual([]);
  });

  it('follows the thresholds of the tenant', () => {
    expect(rulesOf(judged(made(10), rulesWith({ velocity: { perHour: 10 } })))).toEqual(['velocity']);
  });

  it('names no more assets than an event may', () => {
    const facts = [
      ...made(300, START, MINUTE),
      ...next('flagged', 300, START + 6 * HOUR, SECOND),
      ...next('blocked', 300, START + 7 * HOUR, SECOND),
      ...next('deleted', 300, START + 8 * HOUR, SECOND),
    ];
    for (const { assets } of judged(facts).findings) {
      expect(assets.length).toBeLessThanOrEqual(LIMITS.signalAssets);
      expect(new Set(assets).size).toBe(assets.length);
    }
  });

  it('marks an account that comes half-way, and has it compared once in six hours', () => {
    const { findings, comparisons, state } = judged(made(130));
    expect(findings).toEqual([]);
    expect(state.markedAt).toBeDefined();
    expect(comparisons).toBe(1);
  });
});
