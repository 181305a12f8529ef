import { expect, it } from 'vitest';
import { castOf, type MonthOptions } from '../../../src/cli/simulate/month/month.ts';
import { RULES } from '../../../src/domain/rules/rule-names.ts';
import { runPure } from './pure.ts';
import { scoreboard } from './scoreboard.ts';

const MONTH: MonthOptions = {
  ...{ seed: 1, plantSeed: 1, tenant: 1, start: new Date('2026-02-01T00:00:00Z'), days: 30 },
  ...{ users: 1_000, events: 20_000, planted: 30 },
};

it('of a small month nine planted in ten are found, two honest in a hundred at most, and no rule stands by', async () => {
  const { found } = await runPure(MONTH);
  const board = scoreboard(castOf(MONTH), found);
  expect(board.found).toBeGreaterThanOrEqual(0.9);
  expect(board.mistaken).toBeLessThanOrEqual(0.02);
  expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(RULES));
}, 60_000);
