import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../src/domain/decider.ts';
import type { HoldScope } from '../../../src/domain/events/hold-events.ts';
import type { ErasureTarget } from '../../../src/domain/events/tenant-events.ts';
import { batchErasing, holdsOver } from '../../../src/domain/preservation/coverage.ts';
import { preservationDecider, type RequestHold } from '../../../src/domain/preservation/preservation.ts';
import { requestHold } from '../../../src/domain/preservation/request-hold.ts';
import { at, day, failureOf, given, id } from '../given.ts';

const USER = id(100);
const [DPO, ADMIN] = ['key-dpo', 'key-admin'];
const order = (hold: number, scope: HoldScope, expires?: number): RequestHold['order'] => ({
  hold: id(hold),
  kind: 'litigation',
  authority: 'court:docket-1',
  ground: 'pending litigation',
  scope,
  requestedBy: DPO,
  ...(expires !== undefined && { expiresAt: day(expires).toISOString() }),
});
type Ordering = Parameters<typeof order>;
const ask = (...ordering: Ordering): RequestHold => ({
  kind: 'request-hold',
  order: order(...ordering),
  at: day(1),
});
const askedEvent = (until: number, ...ordering: Ordering) =>
  ({
    type: 'hold.requested',
    data: { ...order(...ordering), preservesUntil: day(until).toISOString() },
  }) as const;
const asked = (...ordering: Ordering): StreamEvent => at(day(1), askedEvent(4, ...ordering));
const approve = (hold: number, by = ADMIN, on = 2) =>
  ({ kind: 'approve-hold', hold: id(hold), by, at: day(on) }) as const;
const placed = (...ordering: Ordering): StreamEvent =>
  at(day(1), { type: 'hold.placed', data: order(...ordering) });

const target = (asset: string, due = 30): ErasureTarget => ({
  asset,
  subject: USER,
  eraseAt: day(due).toISOString(),
  cause: 'schedule',
});
const start = (batch: number, on: number, ...candidates: ErasureTarget[]) =>
  ({ kind: 'start-erasure', batch: id(batch), candidates, at: day(on) }) as const;
const startedEvent = (batch: number, ...targets: ErasureTarget[]) =>
  ({ type: 'erasure.started', data: { batch: id(batch), targets } }) as const;
const started = (...starting: Parameters<typeof startedEvent>): StreamEvent =>
  at(day(30), startedEvent(...starting));
const completed = (batch: number): StreamEvent =>
  at(day(31), { type: 'erasure.completed', data: { batch: id(batch), erased: 1 } });

const history = (...past: StreamEvent[]) => given(preservationDecider, ...past);

describe('asking for a hold', () => {
  test('records what it preserves, for three days at most', () => {
    history()
      .when(ask(1, { assets: ['a-1'] }, 90))
      .then(askedEvent(4, 1, { assets: ['a-1'] }, 90));
    history()
      .when(ask(1, { subject: USER }, 3))
      .then(askedEvent(3, 1, { subject: USER }, 3));
  });

  test('names only what it is not too late for, and reports the rest', () => {
    const { state } = history(started(5, target('a-1')));
    const decision = requestHold(ask(1, { assets: ['a-1', 'a-2'], case: id(7) }), state);
    expect(decision.tooLate).toEqual(['a-1']);
    expect(decision.events).toEqual([askedEvent(4, 1, { assets: ['a-2'], case: id(7) })]);
  });

  test('over a subject reports which of its assets are being erased', () => {
    const { state } = history(started(5, target('a-1'), { ...target('a-2'), subject: id(101) }));
    const decision = requestHold(ask(1, { subject: USER }), state);
    expect(decision.tooLate).toEqual(['a-1']);
    expect(decision.events).toHaveLength(1);
  });

  test('is refused when the erasure of all that it names has begun', () => {
    const error = history(started(5, target('a-1')))
      .when(ask(1, { assets: ['a-1'] }))
      .thenRefused('hold-too-late');
    expect(error.details).toEqual({ tooLate: ['a-1'] });
  });

  test('is refused under the id of another, or with an expiry that has passed', () => {
    history(placed(1, { assets: ['a-1'] }))
      .when(ask(1, { assets: ['a-2'] }))
      .thenRefused('hold-exists');
    history()
      .when(ask(1, { assets: ['a-1'] }, 1))
      .thenRefused('hold-expiry-past');
  });

  test('preserves until the request lapses, and not a moment longer', () => {
    const waiting = history(asked(1, { assets: ['a-1'] }));
    waiting.when(start(5, 3.9, target('a-1', 2))).thenNothing();
    waiting.when(start(5, 4, target('a-1', 2))).then(startedEvent(5, target('a-1', 2)));
  });
});

describe('approving a hold', () => {
  test('places it as it was asked for, for as long as it was ordered', () => {
    history(asked(1, { assets: ['a-1'], case: id(7) }, 90))
      .when(approve(1))
      .then({ type: 'hold.placed', data: order(1, { assets: ['a-1'], case: id(7) }, 90) });
  });

  test('says of it when it was asked for and when it was placed', () => {
    const scope = { assets: ['a-1'] };
    const approved = at(day(2), { type: 'hold.placed', data: order(1, scope) });
    const { state } = history(asked(1, scope), approved);
    expect(state.holds.get(id(1))).toMatchObject({
      ...{ status: 'placed', requestedBy: DPO, requestedAt: day(1), placedAt: day(2) },
    });
  });

  test('outlasts the three days of the request', () => {
    const two = history(asked(1, { assets: ['a-1'] }), placed(1, { assets: ['a-1'] }));
    two.when(start(5, 50, target('a-1', 2))).thenNothing();
  });

  test('takes somebody else than who asked', () => {
    history(asked(1, { assets: ['a-1'] }))
      .when(approve(1, DPO))
      .thenRefused('own-approval');
  });

  test('is refused a second time, too late, and for what was never asked', () => {
    history(placed(1, { assets: ['a-1'] }))
      .when(approve(1))
      .thenRefused('hold-exists');
    history(asked(1, { assets: ['a-1'] }))
      .when(approve(1, ADMIN, 4))
      .thenRefused('hold-lapsed');
    history().when(approve(1)).thenRefused('hold-not-found');
  });
});

describe('releasing a hold', () => {
  test('is recorded, and frees what no other hold covers', () => {
    const two = history(placed(1, { assets: ['a-1', 'a-2'] }), placed(2, { assets: ['a-2'] }));
    const released = { type: 'hold.released', data: { hold: id(1), cause: 'released' } } as const;
    two.when({ kind: 'release-hold', hold: id(1) }).then(released);
    const after = preservationDecider.evolve(two.state, at(day(40), released));
    expect(preservationDecider.decide(start(5, 41, target('a-1'), target('a-2')), after)).toEqual([
      startedEvent(5, target('a-1')),
    ]);
  });

  test('is refused for a hold that is unknown or released', () => {
    const release = { kind: 'release-hold', hold: id(1) } as const;
    const gone = at(day(2), { type: 'hold.released', data: { hold: id(1), cause: 'released' } });
    history().when(release).thenRefused('hold-not-found');
    history(placed(1, { assets: ['a-1'] }), gone)
      .when(release)
      .thenRefused('hold-not-found');
  });

  test('happens by itself to those that have expired, and only to those', () => {
    history(
      placed(1, { assets: ['a-1'] }, 10),
      placed(2, { assets: ['a-1'] }, 20),
      placed(3, { subject: USER }),
      asked(4, { assets: ['a-1'] }),
    )
      .when({ kind: 'expire-holds', at: day(10) })
      .then(
        { type: 'hold.released', data: { hold: id(1), cause: 'expired' } },
        { type: 'hold.released', data: { hold: id(4), cause: 'lapsed' } },
      );
  });

  test('of a request withdraws it', () => {
    history(asked(1, { assets: ['a-1'] }))
      .when({ kind: 'release-hold', hold: id(1) })
      .then({ type: 'hold.released', data: { hold: id(1), cause: 'withdrawn' } });
  });
});

describe('starting an erasure', () => {
  test('takes every candidate that is due', () => {
    history()
      .when(start(5, 30, target('a-1'), target('a-2', 29)))
      .then(startedEvent(5, target('a-1'), target('a-2', 29)));
  });

  test('leaves out what is held by name or by owner', () => {
    const other = { ...target('a-3'), subject: id(101) };
    history(placed(1, { assets: ['a-3'] }), placed(2, { subject: USER }))
      .when(start(5, 30, target('a-1'), other, { ...target('a-4'), subject: id(101) }))
      .then(startedEvent(5, { ...target('a-4'), subject: id(101) }));
  });

  test('is not stopped by a hold that has expired, its release recorded or not', () => {
    history(placed(1, { assets: ['a-1'] }, 29))
      .when(start(5, 30, target('a-1')))
      .then(startedEvent(5, target('a-1')));
  });

  test('leaves out what is not due, what another batch is erasing, and what is named twice', () => {
    history(started(4, target('a-1')))
      .when(start(5, 30, target('a-1'), target('a-2', 31), target('a-3'), target('a-3')))
      .then(startedEvent(5, target('a-3')));
  });

  test('is no event when nothing is left, or when the batch is open already', () => {
    history(placed(1, { subject: USER }))
      .when(start(5, 30, target('a-1')))
      .thenNothing();
    history(started(5, target('a-1')))
      .when(start(5, 30, target('a-2')))
      .thenNothing();
  });

  test('takes 2,000 at most, in events that fit into a leaf of the log', () => {
    const candidates = Array.from({ length: 2_100 }, (_, at) => target(`a-${at}`));
    const { events } = history().when(start(5, 30, ...candidates));
    const named = events.map(event => (event.type === 'erasure.started' ? event.data.targets : []));
    expect(named.flat()).toEqual(candidates.slice(0, 2_000));
    expect(named.map(({ length }) => length)).toEqual([...Array<number>(13).fill(150), 50]);
    const longest = named[0]?.map(one => ({ ...one, asset: 'a'.repeat(128), subject: USER, request: USER }));
    expect(JSON.stringify(longest).length).toBeLessThan(65_000);
  });

  test('goes on in further events of the batch: all of their targets are being erased', () => {
    const { state } = history(started(5, target('a-1')), started(5, target('a-2')));
    expect([...(state.batches.get(id(5))?.targets.values() ?? [])]).toEqual([target('a-1'), target('a-2')]);
    expect(state.batches.size).toBe(1);
  });
});

describe("a user's profile as a target", () => {
  const profile: ErasureTarget = { subject: USER, eraseAt: day(30).toISOString(), cause: 'account' };

  test('is erased in the same steps as an asset', () => {
    history()
      .when(start(5, 30, profile, target('a-1')))
      .then(startedEvent(5, profile, target('a-1')));
    history(started(4, profile))
      .when(start(5, 30, profile))
      .thenNothing();
  });

  test('is preserved by a hold over the user, not by one over an asset', () => {
    history(placed(1, { subject: USER }))
      .when(start(5, 30, profile))
      .thenNothing();
    history(placed(1, { assets: ['a-1'] }))
      .when(start(5, 30, profile))
      .then(startedEvent(5, profile));
  });
});

describe('an open batch', () => {
  test('keeps its targets, so that whoever takes it over can go on', () => {
    const { state } = history(started(5, target('a-1'), target('a-2')));
    expect([...(state.batches.get(id(5))?.targets.keys() ?? [])]).toEqual(['a-1', 'a-2']);
    expect(batchErasing(state, 'a-2')?.startedAt).toEqual(day(30));
    expect(batchErasing(state, 'a-3')).toBeUndefined();
  });

  test('leaves the state when it is complete, and completes once', () => {
    const open = history(started(5, target('a-1')));
    const complete = { kind: 'complete-erasure', batch: id(5), erased: 1 } as const;
    open.when(complete).then({ type: 'erasure.completed', data: { batch: id(5), erased: 1 } });
    const done = history(started(5, target('a-1')), completed(5));
    done.when(complete).thenNothing();
    expect(done.state).toEqual(preservationDecider.initial);
  });
});

describe('the holds over an asset', () => {
  test('are those in force that name it or its owner', () => {
    const { state } = history(
      placed(1, { assets: ['a-1'] }),
      placed(2, { subject: USER }, 20),
      placed(3, { assets: ['a-2'] }),
    );
    const over = (on: number) =>
      holdsOver(state, { asset: 'a-1', subject: USER }, day(on)).map(({ hold }) => hold);
    expect(over(10)).toEqual([id(1), id(2)]);
    expect(over(20)).toEqual([id(1)]);
  });
});

describe('a hold and an erasure that race', () => {
  test('cannot both win: whichever comes second sees the first', () => {
    const hold = ask(1, { assets: ['a-1'] });
    const erasure = start(5, 30, target('a-1'));
    const afterHold = history(placed(1, { assets: ['a-1'] })).state;
    const afterErasure = history(started(5, target('a-1'))).state;
    expect(preservationDecider.decide(erasure, afterHold)).toEqual([]);
    expect(failureOf(() => preservationDecider.decide(hold, afterErasure)).code).toBe('hold-too-late');
  });
});
