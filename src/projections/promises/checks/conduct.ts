import { BLOCK_GROUNDS } from '../../../domain/events/asset-events.ts';
import { finding, type Check } from '../finding.ts';

/** 23. For every account an adult or a guardian stands; of a user who was never registered nobody can tell. */
export const minors: Check = async ({ accounts, tallies }) => {
  const [{ unattested }, book] = [await accounts(), await tallies()];
  const [adult, guardian] = [
    book.count('attestation', 'adult'),
    book.count('attestation', 'guardian-consent'),
  ];
  const none = book.count('attestation', 'none');
  return finding({
    seen: adult + guardian,
    violations: none,
    unknown: unattested,
    numbers: {
      ...{ adult, guardianConsent: guardian, withoutAttestation: none },
      usersWithoutAttestation: unattested,
    },
    says: `${adult} accounts are attested by an adult and ${guardian} by a guardian; ${none} by nobody. For ${unattested} users with assets there is no attestation.`,
  });
};

/** 40. Each block states one of the grounds and whether a human decided. */
export const blocksWithReasons: Check = async ({ tallies }) => {
  const book = await tallies();
  const [requests, accounts] = [book.count('blocked'), book.count('account-blocked')];
  const bare = book.count('blocked-without-reasons');
  const byGround: Record<string, number> = {};
  for (const ground of BLOCK_GROUNDS)
    byGround[ground] = book.count('blocked', ground) + book.count('account-blocked', ground);
  const statements = book.count('bundle', 'statement-of-reasons:unchecked');
  return finding({
    seen: requests + accounts,
    violations: bare,
    numbers: { blocked: requests, accountsLimited: accounts, withoutReasons: bare, statements, ...byGround },
    says: `${requests} requests were blocked and ${accounts} accounts limited, each on a stated ground; ${bare} blocks do not say whether a human decided.`,
  });
};

/** 41. An account that is blocked gets nothing more; one that is limited may get less. */
export const limits: Check = async ({ accounts }) => {
  const { limited, blocked, generationsPastBlock } = await accounts();
  return finding({
    seen: limited,
    violations: generationsPastBlock,
    numbers: { limitedAccounts: limited, blocked, servedAfterwards: generationsPastBlock },
    says: `${limited} accounts were limited, ${blocked} of them blocked; ${generationsPastBlock} generations were served to a blocked one afterwards.`,
  });
};
