import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolvePolicy } from '../../../src/domain/policy/packs.ts';
import { addDuration } from '../../../src/domain/time/duration.ts';
import { day } from '../given.ts';
import { World } from './world.ts';

const DAY_MS = 86_400_000;
const SLA = 'PT1H';

type Step = (world: World) => void;

const days = (most: number) => fc.integer({ min: 0, max: most });
/** A window and a maximum that is no shorter, in days. */
const spans = fc.tuple(days(40), days(60)).map(([min, more]) => [`P${min}D`, `P${min + more}D`] as const);

const step: fc.Arbitrary<readonly [name: string, step: Step]> = fc.oneof(
  fc.constant(['request', (world: World) => world.request()] as const),
  fc.tuple(fc.boolean(), fc.option(days(50), { nil: undefined })).map(([bySubject, lasts]) => {
    const ms = lasts === undefined ? undefined : (lasts + 1) * DAY_MS;
    return [`hold ${String(lasts)}`, (world: World) => world.hold(bySubject, ms)] as const;
  }),
  fc.constant(['release', (world: World) => world.releaseAll()] as const),
  spans.map(([min, max]) => [`policy ${min} ${max}`, (world: World) => world.adopt(min, max)] as const),
  fc.integer({ min: -40, max: 40 }).map(jump => {
    return [`clock ${jump}`, (world: World) => void (world.skew = jump * DAY_MS)] as const;
  }),
  fc.constant(['clock right', (world: World) => void (world.skew = 0)] as const),
  days(20).map(passed => [`pass ${passed}`, (world: World) => world.pass(passed * DAY_MS)] as const),
);

/** Invariants between the world before a step and after it and the eraser's look. */
function check(world: World, before: { eraseAt: Date; effective: number; held: boolean }): void {
  expect(world.eraseAt.getTime()).toBeLessThanOrEqual(before.eraseAt.getTime());
  if (world.effectiveEraseAt > before.effective) expect(world.held).toBe(true);
  expect(world.eraseAt.getTime()).toBeGreaterThanOrEqual(world.dates.windowEnds.getTime());
  expect(world.eraseAt.getTime()).toBeLessThanOrEqual(world.dates.scheduledFor.getTime());
  if (world.asset.status === 'erased') return;
  // What is left is under a hold or not due yet by one of the clocks.
  expect(world.held || world.time.getTime() < world.eraseAt.getTime()).toBe(true);
}

function run(world: World, steps: readonly (readonly [string, Step])[]): void {
  for (const [, take] of steps) {
    const wasErased = world.asset.status === 'erased';
    const before = { eraseAt: world.eraseAt, effective: world.effectiveEraseAt, held: world.held };
    if (wasErased) return;
    take(world);
    const heldBeforeSweep = world.held;
    world.sweep();
    if (world.asset.status === 'erased') {
      // By the log's time, which nothing moves, and by the clock's.
      expect(world.logNow.getTime()).toBeGreaterThanOrEqual(world.dates.windowEnds.getTime());
      expect(world.clockNow.getTime()).toBeGreaterThanOrEqual(world.dates.windowEnds.getTime());
      expect(heldBeforeSweep).toBe(false);
    }
    check(world, before);
  }
}

test('in any order of request, hold, release, policy change and clock jump: never early, never late, only holds delay', () => {
  fc.assert(
    fc.property(spans, fc.array(step, { maxLength: 25 }), ([minRetention, maxRetention], steps) => {
      const world = new World(day(0), resolvePolicy({ pack: 'neuralseek', minRetention, maxRetention }));
      run(world, steps);
      // Once no hold covers it and both clocks agree, the date and the SLA are kept.
      world.releaseAll();
      world.skew = 0;
      const due = new Date(Math.max(world.logNow.getTime(), world.eraseAt.getTime()));
      const deadline = addDuration(due, SLA);
      world.pass(due.getTime() - world.logNow.getTime());
      world.sweep();
      expect(world.asset.status).toBe('erased');
      if (world.asset.status === 'erased') {
        expect(world.asset.erasedAt.getTime()).toBeLessThanOrEqual(deadline.getTime());
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a deletion on day 29 of 30 hides on day 29 and erases on day 30', () => {
  const world = new World(day(0), resolvePolicy({ pack: 'neuralseek' }));
  world.pass(29 * DAY_MS);
  world.request();
  world.sweep();
  expect(world.asset.status).toBe('hidden');
  world.pass(DAY_MS - 1);
  world.sweep();
  expect(world.asset.status).toBe('hidden');
  world.pass(1);
  world.sweep();
  expect(world.asset).toMatchObject({ status: 'erased', erasedAt: day(30), eraseAt: day(30) });
});

test('a clock 40 days ahead erases nothing until the log agrees', () => {
  const world = new World(day(0), resolvePolicy({ pack: 'neuralseek' }));
  world.skew = 40 * DAY_MS;
  world.sweep();
  expect(world.asset.status).toBe('visible');
  world.pass(30 * DAY_MS);
  world.sweep();
  expect(world.asset.status).toBe('erased');
});

test('a released hold resumes the old date, or now if that has passed', () => {
  const world = new World(day(0), resolvePolicy({ pack: 'neuralseek' }));
  world.hold(false, undefined);
  world.pass(45 * DAY_MS);
  world.sweep();
  expect(world.asset.status).toBe('visible');
  world.releaseAll();
  expect(world.eraseAt).toEqual(day(30));
  world.sweep();
  expect(world.asset).toMatchObject({ status: 'erased', erasedAt: day(45), eraseAt: day(30) });
});

test('an expired hold is not released by a clock alone that jumped ahead', () => {
  const world = new World(day(0), resolvePolicy({ pack: 'neuralseek' }));
  world.hold(true, 40 * DAY_MS);
  world.pass(31 * DAY_MS);
  world.skew = 40 * DAY_MS;
  world.sweep();
  expect(world.asset.status).toBe('visible');
  world.pass(9 * DAY_MS);
  world.sweep();
  expect(world.asset.status).toBe('erased');
});
