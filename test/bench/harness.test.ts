import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkIncoming } from '../../src/domain/events/incoming.ts';
import { alternate, QUICK, runBenchmark } from './harness.ts';
import { describeTarget, judge, ratioOf, type Line, type Target } from './line.ts';
import { bodies, eventText } from './payload.ts';
import { renderLines, writeResults } from './report.ts';

const line = (target: Target, measured?: number, yardstick?: number): Line => ({
  what: 'a thing',
  unit: 'events/s',
  target,
  ...(measured === undefined ? {} : { measured }),
  ...(yardstick === undefined ? {} : { yardstick: { what: 'a yardstick', value: yardstick } }),
});

describe('a line of the benchmark', () => {
  it.each([
    [line({ atLeast: 5 }, 5), 'met'],
    [line({ atLeast: 5 }, 4.9), 'missed'],
    [line({ atMost: 5 }, 5), 'met'],
    [line({ atMost: 5 }, 5.1), 'missed'],
    [line({ ratioAtLeast: 0.5 }, 50, 100), 'met'],
    [line({ ratioAtLeast: 0.5 }, 49, 100), 'missed'],
    [line({ ratioAtMost: 1.5 }, 15, 10), 'met'],
    [line({ ratioAtMost: 1.5 }, 16, 10), 'missed'],
    [line({ atMost: 10, ratioAtMost: 1.5 }, 9, 5), 'missed'],
    [line({}, 5), 'no target'],
    [line({ atLeast: 5 }), 'not measured'],
    [line({ ratioAtLeast: 0.5 }, 50), 'not measured'],
    [line({ ratioAtMost: 0.5 }, 50), 'not measured'],
  ])('%j is %s', (judged, verdict) => {
    expect(judge(judged)).toBe(verdict);
  });

  it('has a ratio only where both sides were measured', () => {
    expect(ratioOf(line({}, 50, 100))).toBe(0.5);
    expect(ratioOf(line({}, 50))).toBeUndefined();
    expect(ratioOf(line({}))).toBeUndefined();
  });

  it('states its target', () => {
    expect(describeTarget({ atMost: 10, ratioAtMost: 1.5 })).toBe('≤ 10, ≤ 1.5 ×');
    expect(describeTarget({})).toBe('');
  });
});

describe('the harness', () => {
  it('lets measurements take turns and keeps the median of each', async () => {
    const order: string[] = [];
    const taking = (name: string, values: number[]) => () => {
      order.push(name);
      return Promise.resolve(values.shift() ?? 0);
    };
    const medians = await alternate(3, { a: taking('a', [9, 1, 2]), b: taking('b', [10, 30, 20]) });
    expect(medians).toEqual({ a: 2, b: 20 });
    expect(order.join('')).toBe('ababab');
  });

  it('prints no number for what could not be measured, but why', async () => {
    const { what, unit, target } = line({ atLeast: 5 });
    const lines = await runBenchmark(
      { name: 'broken', lines: [{ what, unit, target }], run: () => Promise.reject(new Error('no service')) },
      QUICK,
    );
    expect(lines).toEqual([{ what, unit, target, note: 'not measured: no service' }]);
    const table = renderLines(lines);
    expect(table).toMatch(/a thing \[1\] +│ – +│ – +│ – +│ ≥ 5 +│ not measured/);
    expect(table).toContain('[1] not measured: no service');
  });

  it('takes a quotient of nothing for no measurement', async () => {
    const measured = line({ atLeast: 5 }, NaN);
    const [shown = measured] = await runBenchmark(
      { name: 'nothing', lines: [], run: () => Promise.resolve([measured]) },
      QUICK,
    );
    expect(judge(shown)).toBe('not measured');
  });

  it('writes what it printed as JSON, with the machine and the sizes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lethe-bench-'));
    const path = join(dir, 'results.json');
    await writeResults(path, [line({ ratioAtLeast: 0.35 }, 40, 100)], QUICK);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      machine: { node: process.version },
      scale: QUICK,
      results: [{ measured: 40, ratio: 0.4, verdict: 'met' }],
    });
    await rm(dir, { recursive: true });
  });
});

describe('the load', () => {
  it('is made of events that the service takes, 0.8 kB of content each', () => {
    for (const n of [0, 1, 2, 4_001]) {
      const event = JSON.parse(eventText('run', n)) as { data: { prompt?: string; output?: string } };
      expect(checkIncoming(event, 'any', new Date())).toHaveProperty('incoming');
      expect((event.data.prompt ?? event.data.output)?.length).toBe(800);
    }
  });

  it('never repeats an id, within a load or between two', () => {
    const lines = ['one', 'two'].flatMap(run =>
      [...bodies(run, 0, 2_500)].flatMap(body => body.toString('utf8').split('\n')),
    );
    const ids = lines.map(text => (JSON.parse(text) as { id: string }).id);
    expect(lines.length).toBe(5_000);
    expect(new Set(ids).size).toBe(5_000);
  });

  it('comes a thousand events a request, the last with what is left', () => {
    const sizes = [...bodies('run', 500, 3_000)].map(body => body.toString('utf8').split('\n').length);
    expect(sizes).toEqual([1_000, 1_000, 500]);
  });
});
