import { finding, type Check } from '../finding.ts';
import { openingsByPurpose } from './access.ts';

/** 2. No use for training, and none of the openings served it. */
export const neverTrained: Check = async ({ retention, training, tallies }) => {
  const [{ assets }, { uses }, book] = [await retention(), await training(), await tallies()];
  const denied = book.count('event', 'training.denied');
  return finding({
    seen: assets + denied,
    violations: uses,
    numbers: { assets, uses, denied, ...openingsByPurpose(book) },
    says: `Of ${assets} assets none was to be used for training; ${uses} uses are on record, ${denied} were denied.`,
  });
};

/** 24. Nothing of a user who has opted out is used afterwards. */
export const optOut: Check = async ({ training, tallies }) => {
  const { uses, optedOut, usesAfterOptOut } = await training();
  const denied = (await tallies()).count('event', 'training.denied');
  return finding({
    seen: optedOut,
    violations: usesAfterOptOut,
    numbers: { optedOut, uses, usesAfterOptOut, denied },
    says: `After ${optedOut} opt-outs ${usesAfterOptOut} uses of what those users made are on record.`,
  });
};

/** 31. A purpose that a person objects to is closed. Of uses for training there is a record, and so evidence; of others none. */
export const objection: Check = async ({ training }) => {
  const { objections, objectionsToTraining, usesAfterObjection } = await training();
  return finding({
    seen: objectionsToTraining,
    violations: usesAfterObjection,
    numbers: { objections, objectionsToTraining, usesAfterObjection },
    says: `${objectionsToTraining} of ${objections} objections are to training, whose uses are on record; ${usesAfterObjection} uses went against one.`,
  });
};

/** 35. Inputs serve inference: whoever reads, nothing is trained. */
export const inferenceOnly: Check = async ({ retention, training, tallies }) => {
  const [{ assets }, { uses }, book] = [await retention(), await training(), await tallies()];
  return finding({
    seen: assets,
    violations: uses,
    numbers: { assets, training: uses, ...openingsByPurpose(book) },
    says: `${assets} assets served inference; ${uses} were used for training.`,
  });
};

/** 36. No version of the policy lets anything feed back, and nothing did. */
export const noFeedback: Check = async ({ retention, training, promised }) => {
  const [{ assets }, { uses }] = [await retention(), await training()];
  const permissive = promised.filter(({ policy }) => policy.training !== 'never').length;
  return finding({
    seen: assets,
    violations: permissive + uses,
    numbers: { versions: promised.length, versionsThatAllowTraining: permissive, uses },
    says: `${permissive} of ${promised.length} policy versions allow training; ${uses} uses are on record.`,
  });
};

/** 45. Only what its user has shared is opened by the public, and only what is shared with the community, under its consent, is trained on. */
export const sharedOnly: Check = async ({ training, openings, tallies }) => {
  const [{ uses, usesWithoutConsent }, { publicWithoutShare }] = [await training(), await openings()];
  const book = await tallies();
  const [shared, denied] = [book.count('shared'), book.count('event', 'training.denied')];
  return finding({
    seen: shared + uses + denied,
    violations: usesWithoutConsent + publicWithoutShare,
    numbers: {
      shared,
      sharedWithCommunity: book.count('shared', 'community'),
      uses,
      usesWithoutConsent,
      publicWithoutShare,
      denied,
    },
    says: `${uses} uses for training are on record, ${usesWithoutConsent} of them without a share and its consent; ${publicWithoutShare} openings by the public were of what was not shared.`,
  });
};
