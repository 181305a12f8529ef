import type { Line } from './line.ts';
import { median } from './stats.ts';

/** Sizes of a run: `--quick` is for trying the harness out, its numbers are no evidence. */
export interface Scale {
  readonly runs: number;
  /** Events of one bulk measurement. */
  readonly bulkEvents: number;
  /** Seconds of one measurement of single events. */
  readonly singlesSeconds: number;
  /** Events behind the large view and the memory measurement. */
  readonly manyEvents: number;
  /** Requests behind a latency percentile. */
  readonly requests: number;
}

export const FULL: Scale = {
  runs: 3,
  bulkEvents: 200_000,
  singlesSeconds: 10,
  manyEvents: 1_000_000,
  requests: 2_000,
};
export const QUICK: Scale = {
  runs: 1,
  bulkEvents: 20_000,
  singlesSeconds: 2,
  manyEvents: 50_000,
  requests: 200,
};

export interface Benchmark {
  /** What `--only` takes. */
  readonly name: string;
  /** The lines that `run` fills, so that a failure leaves them standing empty. */
  readonly lines: readonly Omit<Line, 'measured' | 'yardstick'>[];
  run(scale: Scale): Promise<Line[]>;
}

/** Measurements that alternate within one run, so that the machine's mood strikes both: the median of each. */
export async function alternate<K extends string>(
  runs: number,
  measures: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number>> {
  const names = Object.keys(measures) as K[];
  const results = new Map<K, number[]>(names.map(name => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const name of names) {
      globalThis.gc?.();
      results.get(name)?.push(await measures[name]());
    }
  }
  return Object.fromEntries(names.map(name => [name, median(results.get(name) ?? [])])) as Record<K, number>;
}

/** Runs one benchmark; what it could not measure stays empty, with the reason. */
export async function runBenchmark(benchmark: Benchmark, scale: Scale): Promise<Line[]> {
  try {
    return (await benchmark.run(scale)).map(withoutNonsense);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return benchmark.lines.map(line => ({ ...line, note: `not measured: ${reason}` }));
  }
}

/** What divided by nothing measured nothing. */
const withoutNonsense = ({ measured, ...line }: Line): Line =>
  measured !== undefined && Number.isFinite(measured) ? { ...line, measured } : line;
