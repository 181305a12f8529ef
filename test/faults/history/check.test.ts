import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import type { Append, Deletion, Fact, History, Listing, Operation, Read } from './operations.ts';

const ERASE_AT = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

const fact = (position: number, type: string, name: string, at = ERASE_AT): Fact => ({
  ...{ position, type, id: `event-${name}`, asset: name, at },
});
const append = (name: string, position: number, more: Partial<Append> = {}): Append => ({
  ...{ kind: 'append', client: 'one', begun: position * 10, ended: position * 10 + 5, position },
  ...{ id: `event-${name}`, asset: name, subject: 'ada', content: `content of ${name}` },
  ...more,
});
const deletion = (name: string, begun: number, more: Partial<Deletion> = {}): Deletion => ({
  ...{ kind: 'deletion', client: 'one', begun, ended: begun + 5, asset: name, eraseAt: ERASE_AT },
  ...more,
});
const read = (name: string, begun: number, shown: string | undefined = `content of ${name}`): Read => ({
  ...{ kind: 'read', client: 'two', begun, ended: begun + 5, asset: name, shown },
});
const hidden = (name: string, begun: number): Read => ({ ...read(name, begun), shown: undefined });
const listing = (begun: number, ...shown: string[]): Listing => ({
  ...{ kind: 'listing', client: 'two', begun, ended: begun + 5, subject: 'ada', shown },
});

/** Two assets, one of which is deleted, hidden, and erased on its day. */
const LOG: readonly Fact[] = [
  fact(1, 'upload.received', 'kept'),
  fact(2, 'upload.received', 'gone'),
  fact(3, 'asset.hidden', 'gone'),
  fact(4, 'asset.erased', 'gone'),
  fact(5, 'erasure.certified', 'gone'),
];
const OPERATIONS: readonly Operation[] = [
  append('kept', 1),
  append('gone', 2),
  listing(30, 'gone', 'kept'),
  read('gone', 40),
  deletion('gone', 50),
  hidden('gone', 60),
  listing(60, 'kept'),
  read('kept', 70),
];

const checked = (change: Partial<History>): string[] =>
  check({ operations: OPERATIONS, log: LOG, followers: [LOG], ...change }).map(
    ({ kind, of }) => `${kind}: ${of}`,
  );
const withMore = (...more: Operation[]): Partial<History> => ({ operations: [...OPERATIONS, ...more] });
/** The operations but those on that asset of that kind, and others in their place. */
const instead = (kind: Operation['kind'], asset: string, ...others: Operation[]): Partial<History> => ({
  operations: [
    ...OPERATIONS.filter(one => one.kind !== kind || !('asset' in one) || one.asset !== asset),
    ...others,
  ],
});
const logWith = (...facts: Fact[]): Partial<History> => {
  const log = facts.map((one, index) => ({ ...one, position: index + 1 }));
  return { log, followers: [] };
};

describe('a history that is as it should be', () => {
  it('has no anomaly', () => expect(checked({})).toEqual([]));

  it.each<[string, Partial<History>]>([
    ['a read that overlaps the deletion shows it', withMore(read('gone', 52))],
    ['a read that overlaps the deletion hides it', withMore(hidden('gone', 47))],
    ['a read that overlaps the append shows nothing', withMore(hidden('kept', 12))],
    [
      'a deletion without an answer hides it',
      withMore(deletion('kept', 80, { ended: NEVER, eraseAt: undefined }), hidden('kept', 90)),
    ],
    [
      'a deletion without an answer does not',
      withMore(deletion('kept', 80, { ended: NEVER, eraseAt: undefined }), read('kept', 90)),
    ],
    [
      'an append without an answer was not taken',
      withMore(append('new', 9, { position: undefined, ended: NEVER })),
    ],
    [
      'an append without an answer was taken',
      instead('append', 'kept', append('kept', 1, { position: undefined, ended: NEVER })),
    ],
    ['a follower has not come to the end', { followers: [LOG.slice(0, 2), []] }],
    [
      'appends that overlap stand in either order',
      instead('append', 'kept', append('kept', 1, { begun: 22, ended: 23 })),
    ],
  ])('has none where %s', (_, change) => expect(checked(change)).toEqual([]));
});

describe('a wrong history', () => {
  const [kept, gone, hiding, erased, certified] = LOG as [Fact, Fact, Fact, Fact, Fact];

  it.each<[string, Partial<History>, string[]]>([
    ['an acknowledged event is not in the log', withMore(append('new', 6)), ['lost: event-new']],
    [
      'an event is elsewhere than was acknowledged',
      instead('append', 'kept', append('kept', 1, { position: 3 })),
      ['lost: event-kept'],
    ],
    ['positions have a gap', { log: [...LOG, fact(7, 'asset.viewed', 'kept')] }, ['lost: position 7']],
    ['a position comes twice', { log: [...LOG, fact(5, 'asset.viewed', 'kept')] }, ['reordered: position 5']],
    [
      'an event is in the log twice',
      logWith(...LOG, kept),
      ['lost: event-kept', 'doubled: event-kept', 'reordered: event-kept'],
    ],
    [
      'the log has an event that nobody sent',
      logWith(...LOG, fact(6, 'upload.received', 'new')),
      ['phantom: event-new'],
    ],
    [
      'an event stands before one that was acknowledged before it was sent',
      instead('append', 'kept', append('kept', 1, { begun: 27, ended: 29 })),
      ['reordered: event-gone'],
    ],
    ['a follower misses an event', { followers: [LOG.toSpliced(1, 1)] }, ['lost: follower 0 at position 3']],
    [
      'a follower is shown an event twice',
      { followers: [[kept, kept]] },
      ['reordered: follower 0 at position 1'],
    ],
    [
      'a follower is shown an event that the log lacks',
      { followers: [LOG, [fact(1, 'upload.received', 'new')]] },
      ['phantom: follower 1 at position 1'],
    ],
    [
      'a read shows an asset after its deletion was acknowledged',
      withMore(read('gone', 56)),
      ['visible-after-deletion: gone'],
    ],
    [
      'a listing shows an asset after its deletion was acknowledged',
      withMore(listing(56, 'kept', 'gone')),
      ['visible-after-deletion: gone'],
    ],
    ['a read shows what nobody wrote', withMore(read('kept', 80, 'something else')), ['phantom: kept']],
    ['a read shows an asset that nobody reported', withMore(read('new', 80)), ['phantom: new']],
    [
      'a listing shows an asset of somebody else',
      withMore({ ...listing(80, 'kept'), subject: 'bob' }),
      ['phantom: kept'],
    ],
    ['a listing shows an asset twice', withMore(listing(80, 'kept', 'kept')), ['doubled: ada']],
    ['an acknowledged asset is not read', withMore(hidden('kept', 80)), ['vanished: kept']],
    ['an acknowledged asset is not listed', withMore(listing(80)), ['vanished: kept']],
    [
      'a deletion that nobody answered is seen, and then undone',
      withMore(
        deletion('kept', 80, { ended: NEVER, eraseAt: undefined }),
        hidden('kept', 90),
        read('kept', 100),
      ),
      ['reappeared: kept'],
    ],
    ['what was deleted is not erased', logWith(kept, gone, hiding, certified), ['unerased: gone']],
    ['what was erased is not certified', logWith(kept, gone, hiding, erased), ['unerased: gone']],
    ['it is erased twice', logWith(...LOG, erased), ['doubled: gone']],
    ['it is certified twice', logWith(...LOG, certified), ['doubled: gone']],
    [
      'it is erased before its date',
      logWith(kept, gone, hiding, { ...erased, at: ERASE_AT - 1 }, certified),
      ['erased-early: gone'],
    ],
    [
      'what nobody deleted is erased',
      logWith(...LOG, fact(6, 'asset.erased', 'kept')),
      ['erased-early: kept'],
    ],
  ])('is told where %s', (_, change, anomalies) => expect(checked(change)).toEqual(anomalies));
});
