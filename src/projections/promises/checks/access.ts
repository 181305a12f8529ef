import type { TallyBook } from '../facts/tallies.ts';
import { finding, type Check } from '../finding.ts';

const PURPOSES = ['serving', 'search', 'export', 'safety'] as const;

const openings = (book: TallyBook, fits: (purpose: string, viewer: string) => boolean): number =>
  book.of('opening').reduce((sum, [key, { n }]) => {
    const [purpose = '', viewer = ''] = key.split(':');
    return fits(purpose, viewer) ? sum + n : sum;
  }, 0);

/** How often personal data was opened for each purpose. */
export const openingsByPurpose = (book: TallyBook): Readonly<Record<string, number>> =>
  Object.fromEntries(PURPOSES.map(purpose => [purpose, openings(book, found => found === purpose)]));

/** 16. Every opening has one of the listed purposes. */
export const purposes: Check = async ({ tallies, training }) => {
  const book = await tallies();
  const withoutPurpose = openings(book, purpose => purpose === 'none');
  const { uses } = await training();
  const seen = book.count('opening');
  return finding({
    seen: seen + uses,
    violations: withoutPurpose + uses,
    numbers: { openings: seen, ...openingsByPurpose(book), withoutPurpose, training: uses },
    says: `Of ${seen} openings ${withoutPurpose} name no purpose; ${uses} uses served training, which is not a listed one.`,
  });
};

/** 18. Keys are managed, people have roles and keep to them, anomalies are noticed: each measure has been seen at work. */
export const measures: Check = async ({ tallies }) => {
  const book = await tallies();
  const [keys, credentials] = [book.count('event', 'key.created'), book.count('event', 'credential.issued')];
  const [refusals, signals] = [book.count('event', 'access.denied'), book.count('event', 'abuse.signalled')];
  const beyondRole = book.count('beyond-role');
  return finding({
    seen: Math.min(keys, credentials, refusals + signals),
    violations: beyondRole,
    numbers: {
      ...{ keysCreated: keys, keysRotated: book.count('event', 'key.rotated'), credentials },
      ...{ revoked: book.count('event', 'credential.revoked'), events: book.count('event') },
      ...{ anomalies: refusals + signals, refusals, signals, beyondRole },
    },
    says: `${credentials} credentials with a role, ${keys} keys and ${refusals + signals} anomalies (refused attempts, signals of abuse) are on record; ${beyondRole} acts went beyond the role of the actor.`,
  });
};

/** 25. Staff open nothing but by way of a case: asked for, approved, revealed. */
export const staffAccess: Check = async ({ tallies, openings: load }) => {
  const [book, { revealedUnapproved }] = [await tallies(), await load()];
  const withoutCase = openings(book, (_, viewer) => viewer === 'staff');
  const [approved, revealed] = [
    book.count('event', 'access.approved'),
    book.count('event', 'access.revealed'),
  ];
  const outsideGrant = book.count('revealed-outside-grant');
  const seen = book.count('opening');
  return finding({
    seen,
    violations: withoutCase + revealedUnapproved + outsideGrant,
    numbers: {
      openings: seen,
      requested: book.count('event', 'access.requested'),
      approved,
      revealed,
      ...{ withoutCase, revealedUnapproved, outsideGrant },
    },
    says: `Of ${seen} openings ${withoutCase} were by staff without a case; ${revealed} were revealed within one, ${revealedUnapproved + outsideGrant} of them without another person's approval of the time.`,
  });
};

/** 26. What a session made is read in that session. */
export const withinSession: Check = async ({ openings: load }) => {
  const { assetsWithSession, readsWithSession, readsAcrossSessions } = await load();
  return finding({
    seen: readsWithSession,
    violations: readsAcrossSessions,
    numbers: { assetsWithSession, readsWithSession, readsAcrossSessions },
    says: `${assetsWithSession} assets belong to a session; of ${readsWithSession} reads of them that name a session ${readsAcrossSessions} named another one.`,
  });
};

/** 39. The user and the platform that delivers to the user open it; anybody else needs a case, or a copy that was asked for. */
export const onlyYou: Check = async ({ tallies, openings: load }) => {
  const [book, { byPublic, publicWithoutShare }] = [await tallies(), await load()];
  const byStaff = openings(book, (_, viewer) => viewer === 'staff');
  const withinCase = openings(book, (_, viewer) => viewer === 'case');
  const byOtherUsers = openings(book, (_, viewer) => viewer === 'another-subject');
  const byOrganisation = openings(
    book,
    (purpose, viewer) => viewer === 'organisation' && purpose !== 'export',
  );
  const seen = book.count('opening');
  return finding({
    seen,
    violations: byStaff + byOrganisation + byOtherUsers + publicWithoutShare,
    numbers: {
      ...{ openings: seen, withinCase, byStaff, byOrganisation, byOtherUsers },
      ...{ byPublic, publicWithoutShare },
    },
    says: `Of ${seen} openings ${withinCase} were within a case, ${byStaff} by staff without one, ${byOrganisation} by the organisation's own people, ${byOtherUsers} by other users and ${publicWithoutShare} by the public though the user had not shared it.`,
  });
};
