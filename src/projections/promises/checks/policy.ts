import type { TallyBook } from '../facts/tallies.ts';
import { versionsOutOfForce } from '../facts/policies.ts';
import { finding, type Check } from '../finding.ts';

/** Events that set a tenant up say nothing of what a policy did. */
const SETTING_UP = ['tenant.registered', 'policy.adopted', 'key.created', 'credential.issued'] as const;

const underPolicy = (book: TallyBook): number =>
  book.count('event') - SETTING_UP.reduce((sum, type) => sum + book.count('event', type), 0);

/** 22. Each event carries the version that was in force when it was recorded. */
export const versionInForce: Check = async ({ tallies, versions }) => {
  const [book, policies] = [await tallies(), await versions()];
  const outOfForce = versionsOutOfForce(book, policies);
  const events = underPolicy(book);
  return finding({
    seen: events,
    violations: outOfForce.length,
    numbers: {
      ...{ events, versions: policies.length, versionsUsedOutOfForce: outOfForce.length },
      inForceSince: policies.at(-1)?.inForceFrom.toISOString() ?? null,
    },
    says: `${events} events name the policy version that they are under; ${outOfForce.length} versions were used while not in force.`,
  });
};

/** 38. Accounts come under the policy in force without asking, and every version protects. */
export const protectedByDefault: Check = async ({ tallies, versions }) => {
  const [book, policies] = [await tallies(), await versions()];
  const registered = book.count('event', 'account.registered');
  const permissive = policies.filter(({ policy }) => policy.training !== 'never').length;
  const offPolicy = versionsOutOfForce(book, policies).length;
  return finding({
    seen: registered,
    violations: permissive + offPolicy,
    numbers: {
      accounts: registered,
      versions: policies.length,
      versionsThatAllowTraining: permissive,
      offPolicy,
    },
    says: `${registered} accounts came under the policy by default; ${permissive} of its versions ask for an opt-out and ${offPolicy} were used out of force.`,
  });
};
