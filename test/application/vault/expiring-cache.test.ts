import { describe, expect, it, vi } from 'vitest';
import { createExpiringCache } from '../../../src/application/vault/expiring-cache.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
function setup(max = 10) {
  const clock = createFakeClock();
  const disposed: string[] = [];
  const cache = createExpiringCache<string>({
    clock,
    lifeMs: 1_000,
    max,
    dispose: value => disposed.push(value),
  });
  return { clock, disposed, cache };
}

describe('an expiring cache', () => {
  it('keeps a value for its life and not a millisecond longer, however often it is used', () => {
    const { clock, cache, disposed } = setup();
    cache.set('a', 'one');
    clock.advance(999);
    expect(cache.get('a')).toBe('one');
    clock.advance(1);
    expect(cache.get('a')).toBeUndefined();
    expect(disposed).toEqual(['one']);
  });

  it('gives up the oldest when it is full', () => {
    const { cache, disposed } = setup(2);
    for (const name of ['a', 'b', 'c']) cache.set(name, name);
    expect(disposed).toEqual(['a']);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 'b', 'c']);
  });

  it('disposes of each value once: replaced, deleted, cleared', () => {
    const { cache, disposed } = setup();
    cache.set('a', 'one');
    cache.set('a', 'two');
    cache.set('b', 'three');
    cache.delete('b');
    cache.delete('b');
    cache.clear();
    expect(disposed).toEqual(['one', 'three', 'two']);
  });

  it('lets nothing live on in an idle process', async () => {
    const clock = createFakeClock();
    const dispose = vi.fn();
    const cache = createExpiringCache<string>({ clock, lifeMs: 5, max: 10, dispose });
    cache.set('a', 'one');
    clock.advance(5);
    await vi.waitFor(() => expect(dispose).toHaveBeenCalledWith('one'), PATIENCE);
  });

  it('drops what a clock that was set back would keep too long', () => {
    const { clock, cache } = setup();
    cache.set('a', 'one');
    clock.advance(-1);
    expect(cache.get('a')).toBeUndefined();
  });
});
