import type { RetentionFacts } from '../facts/retention.ts';
import { finding, type Check } from '../finding.ts';

const ages = ({ ageDaysLeast, ageDaysMedian, ageDaysMost }: RetentionFacts) => ({
  ageDaysLeast,
  ageDaysMedian,
  ageDaysMost,
});

/** 9. Never erased before the minimum has ended, never later than the maximum and the SLA. */
export const keptThenDeleted: Check = async ({ retention }) => {
  const facts = await retention();
  const { assets, erased, early, late, overdue, undated } = facts;
  return finding({
    seen: erased,
    violations: early + late + overdue + undated,
    numbers: { assets, erased, early, late, overdue, undated, ...ages(facts) },
    says: `Of ${assets} assets ${erased} are erased, ${early} too early and ${late} too late; ${overdue} are overdue.`,
  });
};

/** 27. What has come to its date goes by itself. */
export const deletedBySchedule: Check = async ({ retention }) => {
  const { erasedBySchedule, overdue, undated } = await retention();
  return finding({
    seen: erasedBySchedule,
    violations: overdue + undated,
    numbers: { erasedBySchedule, overdue, undated },
    says: `${erasedBySchedule} assets were erased at their date without being asked for; ${overdue} are overdue.`,
  });
};

/** 37. The period is a number for every output, and it is kept. */
export const limitedPeriod: Check = async ({ retention, versions }) => {
  const facts = await retention();
  const { erased, late, overdue, undated, overlong } = facts;
  return finding({
    seen: erased,
    violations: late + overdue + undated + overlong,
    numbers: {
      ...{ erased, late, overdue, undated, overlong },
      maximum: versions.at(-1)?.policy.maxRetention ?? null,
      ...ages(facts),
    },
    says: `${erased} assets were deleted after a limited period, ${late} late; ${overdue} are overdue and ${undated} have no date.`,
  });
};

/** 46. What the customer set is what the assets got and what became of them. */
export const setByCustomer: Check = async ({ retention, versions }) => {
  const facts = await retention();
  const { assets, overlong, early, late, undated } = facts;
  const policy = versions.at(-1)?.policy;
  return finding({
    seen: assets,
    violations: overlong + early + late + undated,
    numbers: {
      ...{
        versions: versions.length,
        minimum: policy?.minRetention ?? null,
        maximum: policy?.maxRetention ?? null,
      },
      ...{ assets, overlong, early, late, undated, ...ages(facts) },
    },
    says: `Of ${assets} assets ${overlong} were scheduled beyond the period set for them, ${early} erased too early and ${late} too late.`,
  });
};
