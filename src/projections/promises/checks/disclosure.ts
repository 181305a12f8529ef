import { isConfigured, MINIMUM_COHORT } from '../../../domain/disclosure/disclose.ts';
import { DISCLOSURE_GROUNDS } from '../../../domain/events/disclosure-events.ts';
import { addDuration } from '../../../domain/time/duration.ts';
import { unannounced } from '../../disclosures/register.ts';
import { modelsIn } from '../../evidence/models.ts';
import { finding, type Check } from '../finding.ts';

/** 12. What was negotiated, two people stand for; a policy that rests on terms rests on such. */
export const negotiated: Check = async ({ terms, promised }) => {
  const rows = await terms();
  const agreed = rows.filter(({ negotiatedAt }) => negotiatedAt !== null);
  const bySelf = agreed.filter(({ proposedBy, approvedBy }) => proposedBy === approvedBy).length;
  const contracts = new Set(agreed.map(({ contract }) => contract));
  const claimed = promised.flatMap(({ policy }) => policy.terms?.reference ?? []);
  const unproven = new Set(claimed.filter(reference => !contracts.has(reference))).size;
  return finding({
    seen: agreed.length,
    violations: bySelf + unproven,
    numbers: { proposed: rows.length, negotiated: agreed.length, bySelf, policiesWithoutTerms: unproven },
    says: `${agreed.length} terms were negotiated, ${bySelf} by one person alone; ${unproven} contracts that a policy names are not on record.`,
  });
};

/** 13. The lists leave in full under an NDA only. */
export const underNda: Check = async ({ disclosures, subprocessors, versions, tallies }) => {
  const lists = (await disclosures()).filter(({ kind }) => kind === 'models' || kind === 'sub-processors');
  const leaked = lists.filter(({ nda, redacted }) => nda === null && !redacted).length;
  const policy = versions.at(-1)?.policy;
  const models = new Set(modelsIn(await tallies()).map(({ name }) => name)).size;
  return finding({
    seen: lists.length,
    violations: leaked,
    numbers: {
      ...{ lists: lists.length, underNda: lists.filter(({ nda }) => nda !== null).length },
      ...{ redacted: lists.filter(({ redacted }) => redacted).length, inFullWithoutNda: leaked },
      ...{ models, subprocessors: policy?.subprocessors.length ?? 0 },
      unannounced: unannounced(policy?.subprocessors ?? [], await subprocessors()).length,
    },
    says: `${lists.length} lists of models or sub-processors were disclosed, ${leaked} of them in full without an NDA; ${models} models have served.`,
  });
};

/** 17. Third parties that received data are those that the policy of the time names. */
export const asConfigured: Check = async ({ disclosures, versions }) => {
  const made = (await disclosures()).filter(({ kind }) => kind === 'third-party');
  const others = made.filter(({ recipient, policy }) => {
    const own = versions.find(({ version }) => version === policy)?.policy;
    return own === undefined || !isConfigured(recipient, own);
  });
  return finding({
    seen: made.length,
    violations: others.length,
    numbers: {
      disclosures: made.length,
      recipients: new Set(made.map(({ recipient }) => recipient)).size,
      notConfigured: others.length,
    },
    says: `Third parties received data ${made.length} times, ${others.length} times one that the policy does not name.`,
  });
};

/** 19. Each disclosure states one of the five grounds; one that the law required names the authority. */
export const onGrounds: Check = async ({ disclosures }) => {
  const made = await disclosures();
  const unnamed = made.filter(
    ({ ground, authority }) => ground === 'required-by-law' && authority === null,
  ).length;
  const byGround: Record<string, number> = {};
  for (const ground of DISCLOSURE_GROUNDS)
    byGround[ground] = made.filter(row => row.ground === ground).length;
  return finding({
    seen: made.length,
    violations: unnamed,
    numbers: { disclosures: made.length, withoutAuthority: unnamed, ...byGround },
    says: `${made.length} disclosures state their ground; ${unnamed} that the law required name no authority.`,
  });
};

/** 33. Providers get aggregates over enough people. */
export const analytics: Check = async ({ disclosures }) => {
  const made = (await disclosures()).filter(({ kind }) => kind === 'analytics');
  const cohorts = made.map(({ cohort }) => cohort ?? 0);
  const small = cohorts.filter(cohort => cohort < MINIMUM_COHORT).length;
  return finding({
    seen: made.length,
    violations: small,
    numbers: {
      ...{ disclosures: made.length, recipients: new Set(made.map(({ recipient }) => recipient)).size },
      ...{ smallestCohort: cohorts.length === 0 ? null : Math.min(...cohorts), belowMinimum: small },
    },
    says: `Analytics were shared ${made.length} times, ${small} times over fewer than ${MINIMUM_COHORT} people.`,
  });
};

/** An audit that is older is not regular. */
const AUDIT_EVERY = 'P1Y';

/** 34. Security is audited every year; where things run is stated. */
export const audited: Check = async ({ disclosures, now }) => {
  const made = await disclosures();
  const audits = made.filter(({ kind }) => kind === 'audit');
  const hosts = new Set(made.filter(({ kind }) => kind === 'hosting').map(({ recipient }) => recipient));
  const newest = Math.max(...audits.map(({ madeAt }) => madeAt.getTime()));
  const last = audits.length === 0 ? undefined : new Date(newest);
  const stale = last !== undefined && addDuration(last, AUDIT_EVERY).getTime() < now.getTime() ? 1 : 0;
  return finding({
    seen: Math.min(audits.length, hosts.size),
    violations: stale,
    numbers: { audits: audits.length, lastAudit: last?.toISOString() ?? null, hosts: [...hosts].join(', ') },
    says:
      last === undefined
        ? 'No security audit is on record.'
        : `The last of ${audits.length} security audits was recorded on ${last.toISOString().slice(0, 10)}; ${hosts.size} hosts are stated.`,
  });
};
