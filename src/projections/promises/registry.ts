import * as access from './checks/access.ts';
import * as conduct from './checks/conduct.ts';
import * as deletion from './checks/deletion.ts';
import * as disclosure from './checks/disclosure.ts';
import * as fields from './checks/fields.ts';
import * as pii from './checks/pii.ts';
import * as policy from './checks/policy.ts';
import * as residency from './checks/residency.ts';
import * as retention from './checks/retention.ts';
import * as rights from './checks/rights.ts';
import * as storage from './checks/storage.ts';
import * as training from './checks/training.ts';
import type { Check } from './finding.ts';

type UpTo<
  Last extends number,
  Seen extends readonly 0[] = [],
  Found extends number = never,
> = Seen['length'] extends Last ? Found | Last : UpTo<Last, [...Seen, 0], Found | Seen['length']>;

/** Rows of promises.md: 1 to 49. A number without a check, or a check without a number, does not compile. */
export type ClauseNumber = Exclude<UpTo<49>, 0>;

export const CHECKS: Readonly<Record<ClauseNumber, Check>> = {
  1: storage.encrypted,
  2: training.neverTrained,
  3: storage.owned,
  4: residency.modelRegions,
  5: residency.storedInRegion,
  6: fields.sessionTokens,
  7: pii.personalized,
  8: pii.piiActions,
  9: retention.keptThenDeleted,
  10: deletion.deleteAnyTime,
  11: deletion.abuseCopies,
  12: disclosure.negotiated,
  13: disclosure.underNda,
  14: residency.boundaries,
  15: fields.listedCategories,
  16: access.purposes,
  17: disclosure.asConfigured,
  18: access.measures,
  19: disclosure.onGrounds,
  20: rights.answeredInTime,
  21: rights.organisationFirst,
  22: policy.versionInForce,
  23: conduct.minors,
  24: training.optOut,
  25: access.staffAccess,
  26: access.withinSession,
  27: retention.deletedBySchedule,
  28: rights.copyGiven,
  29: deletion.accountDeletion,
  30: rights.machineReadable,
  31: training.objection,
  32: fields.noCardNumbers,
  33: disclosure.analytics,
  34: disclosure.audited,
  35: training.inferenceOnly,
  36: training.noFeedback,
  37: retention.limitedPeriod,
  38: policy.protectedByDefault,
  39: access.onlyYou,
  40: conduct.blocksWithReasons,
  41: conduct.limits,
  42: deletion.selfService,
  43: rights.confirmed,
  44: storage.reviewable,
  45: training.sharedOnly,
  46: retention.setByCustomer,
  47: storage.keptOut,
  48: fields.metadataOnly,
  49: storage.aggregated,
};

export const isClauseNumber = (number: number): number is ClauseNumber => Object.hasOwn(CHECKS, number);
