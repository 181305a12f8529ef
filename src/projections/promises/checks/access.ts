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

/** 18. Keys are managed, people have roles and keep to them, refusals are on record. */
export const measures: Check = async ({ tallies }) => {
  const book = await tallies();
  const [keys, credentials] = [book.count('event', 'key.created'), book.count('event', 'credential.issued')];
  const beyondRole = book.count('beyond-role');
  return finding({
    seen: Math.min(keys, credentials),
    violations: beyondRole,
    numbers: {
      ...{ keysCreated: keys, keysRotated: book.count('event', 'key.rotated'), credentials },
      ...{ revoked: book.count('event', 'credential.revoked'), events: book.count('event') },
      ...{ refusals: book.count('event', 'access.denied'), beyondRole },
    },
    says: `${credentials} credentials with a role and ${keys} keys are on record; ${beyondRole} acts went beyond the role of the actor.`,
  });
};

const isStaff = (viewer: string): boolean => viewer === 'staff';

/** 25. Staff open nothing but by way of a case: asked for, approved, revealed. */
export const staffAccess: Check = async ({ tallies }) => {
  const book = await tallies();
  const withoutCase = openings(book, (_, viewer) => isStaff(viewer));
  const [approved, revealed] = [
    book.count('event', 'access.approved'),
    book.count('event', 'access.revealed'),
  ];
  const seen = book.count('opening');
  return finding({
    seen: seen + revealed,
    violations: withoutCase + (revealed > 0 && approved === 0 ? revealed : 0),
    numbers: {
      openings: seen,
      requested: book.count('event', 'access.requested'),
      approved,
      revealed,
      withoutCase,
    },
    says: `Of ${seen} openings ${withoutCase} were by staff without a case; ${revealed} were revealed within one.`,
  });
};

/** 26. What a session made is read in that session. */
export const withinSession: Check = async ({ accounts }) => {
  const { assetsWithSession, readsAcrossSessions } = await accounts();
  return finding({
    seen: assetsWithSession,
    violations: readsAcrossSessions,
    numbers: { assetsWithSession, readsAcrossSessions },
    says: `${assetsWithSession} assets belong to a session; ${readsAcrossSessions} reads came from another one.`,
  });
};

/** 39. The user and the platform that delivers to the user open it; anybody else needs a case, or a copy that was asked for. */
export const onlyYou: Check = async ({ tallies }) => {
  const book = await tallies();
  const byStaff = openings(book, (_, viewer) => isStaff(viewer));
  const byAdministrator = openings(
    book,
    (purpose, viewer) => viewer === 'administrator' && purpose !== 'export',
  );
  const byPublic = openings(book, (_, viewer) => viewer === 'public');
  const unshared = book.count('shared') === 0 ? byPublic : 0;
  const seen = book.count('opening');
  return finding({
    seen,
    violations: byStaff + byAdministrator + unshared,
    numbers: { openings: seen, byStaff, byAdministrator, byPublic, publicWithoutShare: unshared },
    says: `Of ${seen} openings ${byStaff} were by staff, ${byAdministrator} by an administrator and ${unshared} by the public though nothing was shared.`,
  });
};
