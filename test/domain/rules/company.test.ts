import { describe, expect, it } from 'vitest';
import { newAccount } from '../../../src/domain/rules/account-state.ts';
import { judgeCompanies, type Member } from '../../../src/domain/rules/company.ts';
import type { Fact } from '../../../src/domain/rules/fact.ts';
import { DAY, HOUR, judged, made, MINUTE, rulesWith, START, next } from './given.ts';

const NOW = START + 4 * HOUR;
const RULES = rulesWith();

const after = (subject: string, facts: readonly Fact[]): Member => ({ subject, state: judged(facts).state });
/** Half-way to repeated blocks. */
const marked = (subject: string): Member =>
  after(subject, [...made(8, START, MINUTE), ...next('blocked', 4, START + HOUR)]);
const honest = (subject: string): Member => after(subject, made(8, START, MINUTE));
const people = (count: number, one: (subject: string) => Member): Member[] =>
  Array.from({ length: count }, (_, index) => one(`${one === marked ? 'm' : 'h'}${index}`));

/** What is found when the first of them is looked at. */
function found(company: readonly Member[], rules = RULES) {
  const [one] = company;
  if (one === undefined) throw new Error('nobody to look at');
  return judgeCompanies(one, [company], NOW, rules).filter(({ rule }) => rule === 'ring');
}

describe('a ring', () => {
  it('is several accounts on one device of which half come half-way to another rule: all are signalled', () => {
    const findings = found([...people(2, marked), ...people(2, honest)]);
    expect(findings.map(({ subject }) => subject).sort()).toEqual(['h0', 'h1', 'm0', 'm1']);
    expect(findings[0]).toMatchObject({ severity: 'high', score: 1, reasons: { accounts: 4, marked: 2 } });
  });

  it('is no family of three, no company of honest people, and no public place', () => {
    expect(found(people(3, marked))).toEqual([]);
    expect(found([...people(1, marked), ...people(5, honest)])).toEqual([]);
    expect(found(people(26, marked))).toEqual([]);
  });

  it('is not signalled again while nothing is new', () => {
    const company = people(4, marked);
    expect(found(company)).toHaveLength(4);
    expect(found(company)).toEqual([]);
  });

  it('forgets a mark after thirty days', () => {
    const company = people(4, marked);
    const [one] = company;
    expect(one && judgeCompanies(one, [company], NOW + 31 * DAY, RULES)).toEqual([]);
  });
});

describe('an evader', () => {
  const refused = (subject: string, blocked: number, at = START): Member =>
    after(subject, [...made(8, at, MINUTE), ...next('blocked', blocked, at + HOUR)]);
  const evasions = (one: Member, others: readonly Member[]) =>
    judgeCompanies(one, [[one, ...others]], NOW, RULES).filter(({ rule }) => rule === 'repeated-blocks');

  it('is refused on several accounts, on none of them often enough', () => {
    const one = refused('third', 2);
    const others = [refused('first', 2, START - 5 * DAY), refused('second', 2, START - 3 * DAY)];
    expect(evasions(one, others)).toMatchObject([
      { subject: 'third', reasons: { blockedIn7Days: 2, blockedOnSharing: 4, accounts: 3 } },
    ]);
  });

  it('comes back after an account of his is barred', () => {
    const barred: Member = { subject: 'first', state: newAccount() };
    barred.state.bannedAt = NOW - DAY;
    expect(evasions(refused('second', 2), [barred])).toHaveLength(1);
  });

  it('is nobody who shares a device with honest people, or was himself refused but once', () => {
    expect(evasions(refused('one', 2), people(4, honest))).toEqual([]);
    expect(evasions(refused('one', 1), [refused('other', 5)])).toEqual([]);
  });
});
