import { CONTENT_KINDS } from '../../../domain/report/kinds.ts';
import { finding, type Check } from '../finding.ts';

/** 20. Requests are answered within the month, or the extension that was announced. */
export const answeredInTime: Check = async ({ rights }) => {
  const { received, closed, overdue } = await rights();
  return finding({
    seen: received,
    violations: overdue,
    numbers: { received, closed, open: received - closed, overdue },
    says: `Of ${received} requests about personal data ${closed} are answered and ${overdue} were or are overdue.`,
  });
};

/** 21. Requests go to the organisation's administrator first. */
export const organisationFirst: Check = async ({ rights }) => {
  const { received, handedOver, pastOrganisation, handOverHoursMedian } = await rights();
  return finding({
    seen: received,
    violations: pastOrganisation,
    numbers: { received, handedOver, pastOrganisation, handOverHoursMedian },
    says: `Of ${received} requests ${pastOrganisation} went past the organisation; ${handedOver} were handed over by it.`,
  });
};

/** 28. Who asks for a copy gets one: the answer names the bundle. */
export const copyGiven: Check = async ({ rights }) => {
  const { copies, copiesWithoutReport, newestHash } = await rights();
  return finding({
    seen: copies,
    violations: copiesWithoutReport,
    numbers: { copies, withoutBundle: copiesWithoutReport, newestBundleSha256: newestHash },
    says: `${copies} requests for a copy were fulfilled, ${copiesWithoutReport} of them without a bundle on record.`,
  });
};

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

/** 30. What was asked for in machine-readable form was issued as such, and is what its schema says. */
export const machineReadable: Check = async ({ rights, tallies }) => {
  const [{ downloads, downloadsWithoutReport, failed }, book] = [await rights(), await tallies()];
  const of = (state: string): number =>
    sumOf(CONTENT_KINDS, kind => book.count('bundle', `${kind}:${state}`));
  const [valid, unchecked] = [of('checked'), of('unchecked')];
  const rows = sumOf(CONTENT_KINDS, kind => book.total('bundle', `${kind}:checked`));
  return finding({
    seen: valid,
    violations: downloadsWithoutReport + failed,
    unknown: unchecked,
    numbers: {
      ...{ issued: valid + unchecked, schemaValid: valid, rowsChecked: rows, unchecked },
      ...{ requested: downloads, withoutBundle: downloadsWithoutReport, failed },
    },
    says: `Of ${valid + unchecked} bundles issued ${valid} hold ${rows} rows that were each found valid by the published schema; ${failed} failed and ${downloadsWithoutReport} are missing.`,
  });
};

/** 43. Confirmations rest on a checkpoint of the log. */
export const confirmed: Check = async ({ rights }) => {
  const { confirmations, confirmationsUnproven } = await rights();
  return finding({
    seen: confirmations,
    violations: confirmationsUnproven,
    numbers: { issued: confirmations, withoutCheckpoint: confirmationsUnproven },
    says: `${confirmations} written confirmations were issued, ${confirmationsUnproven} of them without a checkpoint behind it.`,
  });
};
