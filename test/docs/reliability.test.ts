import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLUSTER_FAULTS } from '../faults/engines/faults.ts';
import { ROWS } from '../faults/reliability/catalogue.ts';
import { withTable, type RunReport } from '../faults/reliability/table.ts';

const page = readFileSync('docs/reliability.md', 'utf8');
const cells = page.split('\n').map(line =>
  line
    .split('|')
    .slice(1, 4)
    .map(cell => cell.trim()),
);
const HISTORY = 'test/faults/history/';

describe('the table of faults', () => {
  it.each(ROWS)('has a row for: $fault', ({ fault, then, within }) => {
    expect(cells).toContainEqual([fault, then, within]);
  });

  it('says of no fault that a test failed', () => {
    const outcomes = page.match(/\d+ of \d+ passed/g) ?? [];
    expect(outcomes.length).toBeGreaterThan(0);
    for (const outcome of outcomes) expect(outcome).toMatch(/^([1-9]\d*) of \1 passed$/);
  });

  it('leaves out no test of a fault', () => {
    const files = globSync('test/faults/**/*.test.ts').filter(file => !file.startsWith(HISTORY));
    const named = new Set(ROWS.map(({ file }) => file));
    expect(files.filter(file => !named.has(file))).toEqual([]);
    expect([...named].filter(file => !existsSync(file))).toEqual([]);
    const onCluster = new Set(ROWS.map(({ tests }) => tests));
    expect(Object.keys(CLUSTER_FAULTS).filter(name => !onCluster.has(`come through: ${name}`))).toEqual([]);
  });

  it('tells what the run has measured, and what failed', () => {
    const [row] = ROWS;
    const outcome = (status: string, recoveredMs: number) => ({
      ...{ fullName: `some ${row?.tests}`, status, meta: { measured: { recoveredMs, operations: 1_234 } } },
    });
    const report: RunReport = {
      startTime: Date.UTC(2026, 0, 2),
      testResults: [
        {
          name: `/somewhere/${row?.file}`,
          assertionResults: [outcome('passed', 900), outcome('failed', 1_250)],
        },
      ],
    };
    const written = withTable(page, { report, seed: 'a', seconds: 30 });
    expect(written).toContain('last run: 2026-01-02: 30 s of faults by chance from seed a');
    expect(written).toContain('1,234 operations');
    expect(written).toContain(
      `| ${row?.fault} | ${row?.then} | ${row?.within} | 1.3 s | 1 of 2 passed, 2026-01-02 |`,
    );
    const kept = (text: string): string[] => text.split('\n').filter(line => line.includes('KMS'));
    expect(kept(written)).toEqual(kept(page));
  });
});
