import { describe, expect, test } from 'vitest';
import {
  caseDecider,
  type AccessFacts,
  type CaseCommand,
  type DecideCase,
} from '../../../src/domain/case/case.ts';
import { enforcement } from '../../../src/domain/case/enforcement.ts';
import type { StreamEvent } from '../../../src/domain/decider.ts';
import { LIMITS } from '../../../src/domain/limits.ts';
import { at, day, given, id } from '../given.ts';

const CASE = id(1);
const [ADA, EVE] = [id(100), id(101)];
const [ONE, OTHER] = ['key-one', 'key-other'];
const openedData = { case: CASE, priority: 'high', origin: 'staff' } as const;
const opened = at(day(0), { type: 'case.opened', data: openedData });
const linked = (what: { assets?: string[]; subjects?: string[]; entry?: string }): StreamEvent =>
  at(day(1), { type: 'case.linked', data: { case: CASE, ...what } });
const noted = (note: string): StreamEvent => at(day(1), { type: 'case.noted', data: { case: CASE, note } });
const verdict: DecideCase['verdict'] = { decision: 'no-action', automated: false, redress: ['court'] };
const decided = at(day(3), { type: 'case.decided', data: { case: CASE, ...verdict } });
const reopened = at(day(4), { type: 'case.reopened', data: { case: CASE } });

const history = (...past: StreamEvent[]) => given(caseDecider, ...past);

describe('a case', () => {
  test('is opened once: the same again is no event', () => {
    history().when({ kind: 'open', opened: openedData }).then({ type: 'case.opened', data: openedData });
    history(opened).when({ kind: 'open', opened: openedData }).thenNothing();
  });

  test('is assigned, and again only to somebody else', () => {
    const assign = { kind: 'assign', assignee: ONE } as const;
    const assigned = { type: 'case.assigned', data: { case: CASE, assignee: ONE } } as const;
    history(opened).when(assign).then(assigned);
    history(opened, at(day(1), assigned))
      .when(assign)
      .thenNothing();
  });

  test('links what it does not link yet', () => {
    history(opened, linked({ assets: ['a-1'], subjects: [ADA] }))
      .when({ kind: 'link', assets: ['a-1', 'a-2', 'a-2'], subjects: [ADA] })
      .then({ type: 'case.linked', data: { case: CASE, assets: ['a-2'] } });
    history(opened, linked({ assets: ['a-1'] }))
      .when({ kind: 'link', assets: ['a-1'] })
      .thenNothing();
  });

  test('is full at its limit, and no sooner', () => {
    const assets = Array.from({ length: LIMITS.caseAssets }, (_, index) => `a-${index}`);
    const full = history(opened, linked({ assets }));
    full.when({ kind: 'link', assets: ['a-0'] }).thenNothing();
    full.when({ kind: 'link', assets: ['one-more'] }).thenRefused('case-full');
  });

  const commands: Readonly<Record<string, CaseCommand>> = {
    assigning: { kind: 'assign', assignee: ONE },
    linking: { kind: 'link', assets: ['a-1'] },
    noting: { kind: 'note', note: id(9) },
    deciding: { kind: 'decide', verdict },
    'asking for access': { kind: 'request-access', wanted: wantedBy(ONE) },
    'approving access': { kind: 'approve-access', request: id(50), by: OTHER, at: day(2) },
    'closing access': { kind: 'close-access', request: id(50) },
    revealing: { kind: 'reveal', request: id(50), by: ONE, at: day(2) },
  };
  test.each(Object.entries(commands))('%s takes a case that is there and open', (_name, command) => {
    history().when(command).thenRefused('case-not-found');
    history(opened, linked({ assets: ['a-1'] }), decided)
      .when(command)
      .thenRefused('case-closed');
  });

  test('is reopened when it is decided, and not before', () => {
    history(opened, decided)
      .when({ kind: 'reopen' })
      .then({ type: 'case.reopened', data: { case: CASE } });
    history(opened).when({ kind: 'reopen' }).thenRefused('case-open');
    history().when({ kind: 'reopen' }).thenRefused('case-not-found');
  });
});

describe('an entry of a case', () => {
  test('is about everything that was linked when it was written, and about nothing later', () => {
    const { state } = history(
      opened,
      linked({ assets: ['a-1'], subjects: [ADA] }),
      noted(id(9)),
      linked({ assets: ['a-2'], entry: id(10) }),
    );
    if (state.status === 'unknown') throw new Error('unknown');
    expect(state.entries.get(id(9))).toEqual({ assets: new Set(['a-1']), subjects: new Set([ADA]) });
    expect(state.entries.get(id(10))).toEqual({
      assets: new Set(['a-1', 'a-2']),
      subjects: new Set([ADA]),
    });
  });

  test('expires once, also after the case is decided', () => {
    const expire = {
      kind: 'expire-entries',
      entries: [id(9), id(10)],
      keys: [id(60)],
      erasedAt: day(5),
    } as const;
    const data = { case: CASE, entries: [id(9)], keys: [id(60)], erasedAt: day(5).toISOString() };
    const expired = { type: 'case.entries-expired', data } as const;
    history(opened, noted(id(9)), decided)
      .when(expire)
      .then(expired);
    history(opened, noted(id(9)), at(day(5), expired))
      .when(expire)
      .thenNothing();
  });
});

describe('a decision', () => {
  test('that restricts names a ground and somebody', () => {
    const block = { kind: 'decide', verdict: { ...verdict, decision: 'block' } } as const;
    history(opened, linked({ subjects: [ADA] }))
      .when(block)
      .thenRefused('ground-missing');
    history(opened, linked({ assets: ['a-1'] }))
      .when({ ...block, verdict: { ...block.verdict, ground: 'abuse' } })
      .thenRefused('decision-without-subject');
  });

  test.each(['limit', 'block'] as const)('to %s falls on every user that the case links', decision => {
    const { state } = history(opened, linked({ subjects: [ADA, EVE] }));
    if (state.status === 'unknown') throw new Error('unknown');
    const data = { case: CASE, ...verdict, decision, ground: 'abuse' } as const;
    const does = enforcement([{ type: 'case.decided', data }], state);
    expect(does).toEqual(
      [ADA, EVE].map(subject => ({
        subject,
        event: {
          type: 'account.blocked',
          data: { restriction: decision, ground: 'abuse', automated: false, case: CASE },
        },
      })),
    );
  });

  test.each(['no-action', 'warn', 'refer'] as const)('of %s restricts nobody', decision => {
    const { state } = history(opened, linked({ subjects: [ADA] }));
    if (state.status === 'unknown') throw new Error('unknown');
    const data = { case: CASE, ...verdict, decision, ground: 'abuse' } as const;
    expect(enforcement([{ type: 'case.decided', data }], state)).toEqual([]);
  });
});

function wantedBy(by: string, asset = 'a-1'): AccessFacts {
  return { request: id(50), asset, parts: ['content'], reason: 'appeal', duration: 'PT1H', by };
}

describe('access', () => {
  const HOUR = 1 / 24;
  const requested = at(day(1), {
    type: 'access.requested',
    data: { case: CASE, ...wantedBy(ONE), parts: ['content'] },
  });
  const expiresAt = day(1 + HOUR).toISOString();
  const approvedData = { case: CASE, request: id(50), approver: OTHER, expiresAt };
  const approved = at(day(1), { type: 'access.approved', data: approvedData });
  const closed = at(day(1), {
    type: 'access.closed',
    data: { case: CASE, request: id(50), cause: 'returned' },
  });
  const base = [opened, linked({ assets: ['a-1'] })];
  const approve = (by: string, on = 1) =>
    ({ kind: 'approve-access', request: id(50), by, at: day(on) }) as const;
  const reveal = (by = ONE, on = 1) => ({ kind: 'reveal', request: id(50), by, at: day(on) }) as const;

  test('is asked for to an asset that the case links', () => {
    history(...base)
      .when({ kind: 'request-access', wanted: wantedBy(ONE) })
      .then({ type: 'access.requested', data: { case: CASE, ...wantedBy(ONE), parts: ['content'] } });
    history(...base)
      .when({ kind: 'request-access', wanted: wantedBy(ONE, 'a-9') })
      .thenRefused('asset-not-linked');
  });

  test('is approved by somebody else, once, and its time counts from there', () => {
    history(...base, requested)
      .when(approve(OTHER))
      .then({ type: 'access.approved', data: approvedData });
    history(...base, requested)
      .when(approve(ONE))
      .thenRefused('own-approval');
    history(...base, requested, approved)
      .when(approve(OTHER))
      .thenRefused('access-not-pending');
    history(...base, requested, closed)
      .when(approve(OTHER))
      .thenRefused('access-not-pending');
    history(...base)
      .when(approve(OTHER))
      .thenRefused('access-request-not-found');
  });

  test('reveals under the grant: to whom it was granted, within its time', () => {
    const granted = history(...base, requested, approved);
    const wanted = { asset: 'a-1', parts: ['content'] as ['content'], reason: 'appeal' } as const;
    granted.when(reveal()).then({
      type: 'access.revealed',
      data: { case: CASE, request: id(50), ...wanted, purpose: 'safety', approver: OTHER, expiresAt },
    });
    granted.when(reveal(OTHER)).thenRefused('access-of-another');
    granted.when(reveal(ONE, 1 + HOUR)).thenRefused('access-expired');
    history(...base, requested)
      .when(reveal())
      .thenRefused('access-not-approved');
    history(...base, requested, approved, closed)
      .when(reveal())
      .thenRefused('access-ended');
  });

  test('ends with its case, and is not there when that is reopened', () => {
    history(...base, requested, approved, decided, reopened)
      .when(reveal())
      .thenRefused('access-ended');
    history(...base, requested, decided, reopened)
      .when(approve(OTHER))
      .thenRefused('access-not-pending');
  });

  test('is declined before, given back after its approval, and closed once', () => {
    const close = { kind: 'close-access', request: id(50) } as const;
    const ends = (cause: 'declined' | 'returned') =>
      ({ type: 'access.closed', data: { case: CASE, request: id(50), cause } }) as const;
    history(...base, requested)
      .when(close)
      .then(ends('declined'));
    history(...base, requested, approved)
      .when(close)
      .then(ends('returned'));
    history(...base, requested, approved, closed)
      .when(close)
      .thenNothing();
  });
});
