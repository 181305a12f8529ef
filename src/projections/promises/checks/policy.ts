import type { TallyBook } from '../facts/tallies.ts';
import { versionsOutOfForce } from '../facts/policies.ts';
import { finding, type Check } from '../finding.ts';

/** Events that set a tenant up say nothing of what a policy did. */
const SETTING_UP = ['tenant.registered', 'policy.adopted', 'key.created', 'credential.issued'] as const;

const underPolicy = (book: TallyBook): number =>
  book.count('event') - SETTING_UP.reduce((sum, type) => sum + book.count('event', type), 0);

/** 22. Each event carries the version that was in force when it was recorded. */
export const versionInForce: Check = async ({ tallies, versions }) => {
  const book = await tallies();
  const outOfForce = versionsOutOfForce(book, versions);
  const events = underPolicy(book);
  return finding({
    seen: events,
    violations: outOfForce.length,
    numbers: {
      ...{ events, versions: versions.length, versionsUsedOutOfForce: outOfForce.length },
      inForceSince: versions.at(-1)?.inForceFrom.toISOString() ?? null,
    },
    says: `${events} events name the policy version that they are under; ${outOfForce.length} versions were used while not in force.`,
  });
};

/** 38. Accounts come under the policy in force without asking, and every version protects. */
export const protectedByDefault: Check = async ({ tallies, versions, promised }) => {
  const book = await tallies();
  const registered = book.count('event', 'account.registered');
  const permissive = promised.filter(({ policy }) => policy.training !== 'never').length;
  const offPolicy = versionsOutOfForce(book, versions).length;
  return finding({
    seen: registered,
    violations: permissive + offPolicy,
    numbers: {
      accounts: registered,
      versions: promised.length,
      versionsThatAllowTraining: permissive,
      offPolicy,
    },
    says: `${registered} accounts came under the policy by default; ${permissive} of its versions ask for an opt-out and ${offPolicy} were used out of force.`,
  });
};
