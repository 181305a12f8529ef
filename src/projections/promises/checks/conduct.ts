import { BLOCK_GROUNDS } from '../../../domain/events/asset-events.ts';
import { finding, type Check } from '../finding.ts';

/** 23. For every account an adult or a guardian stands. */
export const minors: Check = async ({ tallies }) => {
  const book = await tallies();
  const [adult, guardian] = [
    book.count('attestation', 'adult'),
    book.count('attestation', 'guardian-consent'),
  ];
  const none = book.count('attestation', 'none');
  return finding({
    seen: adult + guardian,
    violations: none,
    numbers: { adult, guardianConsent: guardian, withoutAttestation: none },
    says: `${adult} accounts are attested by an adult and ${guardian} by a guardian; ${none} by nobody.`,
  });
};

/** 40. Each block states one of the grounds and whether a human decided. */
export const blocksWithReasons: Check = async ({ tallies }) => {
  const book = await tallies();
  const [blocked, bare] = [book.count('blocked'), book.count('blocked-without-reasons')];
  const byGround: Record<string, number> = {};
  for (const ground of BLOCK_GROUNDS) byGround[ground] = book.count('blocked', ground);
  return finding({
    seen: blocked,
    violations: bare,
    numbers: { blocked, withoutReasons: bare, ...byGround },
    says: `${blocked} requests were blocked on a stated ground; ${bare} blocks do not say whether a human decided.`,
  });
};

/** 41. An account that is limited gets nothing more. */
export const limits: Check = async ({ accounts }) => {
  const { limited, generationsPastLimit } = await accounts();
  return finding({
    seen: limited,
    violations: generationsPastLimit,
    numbers: { limitedAccounts: limited, servedAfterwards: generationsPastLimit },
    says: `${limited} accounts were limited; ${generationsPastLimit} generations were served to one afterwards.`,
  });
};
