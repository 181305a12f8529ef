import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { descendants } from '../../../src/domain/asset/lineage.ts';

const CHILDREN = new Map([
  ['photo', ['edit', 'remix']],
  ['edit', ['poster']],
  ['remix', ['poster', 'clip']],
]);

describe('what descends from a deleted asset', () => {
  test.each([
    ['keep', 'kept'],
    ['flag', 'flagged'],
    ['cascade', 'deleted'],
  ] as const)('under policy %s is %s, nearest first, each once', (lineage, effect) => {
    expect(descendants(CHILDREN, 'photo', lineage)).toEqual([
      { asset: 'edit', depth: 1, effect },
      { asset: 'remix', depth: 1, effect },
      { asset: 'poster', depth: 2, effect },
      { asset: 'clip', depth: 2, effect },
    ]);
  });

  test('is nothing for an asset that nothing was made from', () => {
    expect(descendants(CHILDREN, 'clip', 'cascade')).toEqual([]);
  });

  test('never is the asset itself, though lineage as reported may run in circles', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const graphs = fc.array(fc.tuple(names, fc.array(names, { maxLength: 4 })));
    fc.assert(
      fc.property(graphs, names, (edges, start) => {
        const found = descendants(new Map(edges), start, 'cascade').map(({ asset }) => asset);
        return !found.includes(start) && new Set(found).size === found.length;
      }),
    );
  });
});
