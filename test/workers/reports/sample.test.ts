import { describe, expect, it } from 'vitest';
import { drawSample } from '../../../src/workers/reports/sample.ts';

const seed = Buffer.alloc(32, 7);

describe('a sample', () => {
  it('is drawn again by whoever has the seed, and differs under another', () => {
    expect(drawSample(seed, 0, 100_000, 60)).toEqual(drawSample(seed, 0, 100_000, 60));
    expect(drawSample(seed, 0, 100_000, 60)).not.toEqual(drawSample(Buffer.alloc(32, 8), 0, 100_000, 60));
  });

  it('has as many different members of the population as asked for, in order', () => {
    const drawn = drawSample(seed, 500, 700, 60);
    expect(new Set(drawn).size).toBe(60);
    expect(drawn.every(index => index >= 500 && index < 700)).toBe(true);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
  });

  it('is the whole population where that is no larger', () => {
    expect(drawSample(seed, 3, 6, 60)).toEqual([3, 4, 5]);
    expect(drawSample(seed, 3, 3, 60)).toEqual([]);
  });

  it('favours no part of the population', () => {
    const halves = Array.from({ length: 50 }, (_, i) => drawSample(Buffer.alloc(32, i), 0, 1_000, 60))
      .flat()
      .filter(index => index < 500).length;
    expect(halves).toBeGreaterThan(1_350);
    expect(halves).toBeLessThan(1_650);
  });
});
