import { finding, type Check } from '../finding.ts';

/**
 * 1. At rest, measured: every sealed event names a key, an epoch and the one algorithm, and nothing stands beside it in clear.
 * In transit, as the operator states it in the profile of the cell: no event can tell how it came.
 */
export const encrypted: Check = async ({ tallies, cell }) => {
  const [book, transit = 'not stated'] = [await tallies(), (await cell())?.transit];
  const [sound, unsound] = [book.count('sealed', 'sound'), book.count('sealed', 'unsound')];
  const sealed = sound + unsound;
  const sealedShare = sealed === 0 ? null : (100 * sound) / sealed;
  const strayInClear = book.count('stray');
  return finding({
    seen: sealed,
    violations: unsound + strayInClear + (transit === 'none' ? 1 : 0),
    unknown: transit === 'not stated' ? 1 : 0,
    numbers: {
      ...{ sealed, unsound, sealedShare, sealedBytes: book.total('sealed') },
      ...{ strayInClear, inTransit: transit },
    },
    says: `At rest, ${sound} of ${sealed} events with a payload are sealed with AES-256-GCM under a key that they name, and ${strayInClear} say more in clear than their schema lists. In transit the operator states: ${transit}.`,
  });
};

/** 3. The tenant stands on every event; each asset belongs to one of its users. */
export const owned: Check = async ({ retention, tallies }) => {
  const { assets, withoutOwner } = await retention();
  const events = (await tallies()).count('event');
  return finding({
    seen: assets,
    violations: withoutOwner,
    numbers: { assets, withoutOwner, events },
    says: `${assets} assets stand in the log of this customer alone, ${withoutOwner} of them without an owner.`,
  });
};

/** 44. What was taken in and what was made lie sealed, so that they can be reviewed. */
export const reviewable: Check = async ({ tallies }) => {
  const book = await tallies();
  const [sealed, unsealed] = [book.count('made', 'sealed'), book.count('made', 'unsealed')];
  return finding({
    seen: sealed + unsealed,
    violations: unsealed,
    numbers: { sealed, withoutContent: unsealed, keptOut: book.count('not-stored') },
    says: `Of ${sealed + unsealed} inputs and outputs that were to be stored ${sealed} lie sealed.`,
  });
};

/** 47. A call with `store: false` leaves no payload byte behind. */
export const keptOut: Check = async ({ tallies }) => {
  const book = await tallies();
  const [calls, sealed] = [book.count('not-stored'), book.count('not-stored', 'sealed')];
  const storedBytes = book.total('not-stored', 'sealed');
  return finding({
    seen: calls,
    violations: sealed,
    numbers: { calls, stored: sealed, storedBytes },
    says: `${calls} calls asked not to be stored; ${storedBytes} bytes of their payloads are.`,
  });
};

/** 49. Usage is added up from what stands in clear; nothing opens content without a reader. */
export const aggregated: Check = async ({ usage, tallies }) => {
  const days = await usage();
  const counted = days
    .filter(({ type }) => type === 'upload.received' || type.startsWith('generation.'))
    .reduce((sum, { events }) => sum + events, 0);
  const openings = (await tallies())
    .of('opening')
    .filter(([key]) => key.endsWith(':worker') && !key.startsWith('safety:') && !key.startsWith('export:'))
    .reduce((sum, [, { n }]) => sum + n, 0);
  return finding({
    seen: counted,
    violations: openings,
    numbers: { counted, totals: days.length, openings },
    says: `${counted} calls are added up in ${days.length} totals; content was opened ${openings} times without a reader.`,
  });
};
