import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They start services, databases and stores; the rest computes. */
const WITH_ENGINES = /\/test\/(acceptance|faults|platform)\//;

/**
 * In a fresh clone vitest knows no durations and goes by size: the smallest of these files, which runs for two minutes,
 * would be begun last and end alone.
 */
export class EnginesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => (WITH_ENGINES.test(moduleId) ? 0 : 1);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
