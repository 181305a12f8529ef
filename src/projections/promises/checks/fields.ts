import { fieldsByCategory, misplacedFields } from '../../../domain/events/inventory.ts';
import { finding, type Check } from '../finding.ts';

/** 6. Where a token stands the caller sent a session, and the session itself lies sealed. */
export const sessionTokens: Check = async ({ openings, retention, tallies }) => {
  const [{ assetsWithSession }, { assets }, book] = [await openings(), await retention(), await tallies()];
  const unsent = book.count('session-unsent');
  return finding({
    seen: assets,
    violations: unsent + misplacedFields().length,
    numbers: { assets, withSession: assetsWithSession, tokensWithoutSession: unsent },
    says: `Of ${assets} assets ${assetsWithSession} carry the keyed token of a session; ${unsent} tokens stand where none was sent.`,
  });
};

/** 15. Every field that is collected has a category, and no event holds another field. */
export const listedCategories: Check = async ({ retention, tallies }) => {
  const [{ assets }, book] = [await retention(), await tallies()];
  const [unlisted, misplaced] = [book.count('stray'), misplacedFields().length];
  return finding({
    seen: assets + book.count('attestation'),
    violations: unlisted + misplaced,
    numbers: { events: book.count('event'), eventsWithUnlistedFields: unlisted, ...fieldsByCategory() },
    says: `${book.count('event')} events were checked against the list of fields; ${unlisted} hold another one.`,
  });
};

/** 32. No card number stands in the clear, and those that were sent were refused. */
export const noCardNumbers: Check = async ({ retention, tallies }) => {
  const [{ assets }, book] = [await retention(), await tallies()];
  const [found, refused] = [book.count('card-number'), book.total('refused', 'card-number-refused')];
  return finding({
    seen: assets + refused,
    violations: found,
    numbers: { found, refused, events: book.count('event') },
    says: `${book.count('event')} events were searched for card numbers, ${found} hold one; ${refused} were refused.`,
  });
};

/** 48. What stands in clear is metadata by the schemas, and no event says more. */
export const metadataOnly: Check = async ({ retention, tallies }) => {
  const [{ assets }, book] = [await retention(), await tallies()];
  const [unlisted, misplaced] = [book.count('stray'), misplacedFields().length];
  return finding({
    seen: assets,
    violations: unlisted + misplaced,
    numbers: {
      events: book.count('event'),
      eventsWithUnlistedFields: unlisted,
      sensitiveFieldsInClear: misplaced,
    },
    says: `${book.count('event')} events keep metadata in clear; ${unlisted} hold a field that no schema lists.`,
  });
};
