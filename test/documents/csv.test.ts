import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/documents/csv.ts';
import { collect } from '../support/collect.ts';

const textOf = async (...given: Parameters<typeof csv>): Promise<string> =>
  (await collect(csv(...given))).toString('utf8');

describe('a CSV file', () => {
  it('gives back every cell, whatever stands in it', async () => {
    const rows = [
      { name: 'a "quoted", comma', count: 3, list: ['x'] },
      { name: 'two\nlines', count: null, list: [] },
    ];
    expect(parse(await textOf(['name', 'count', 'list'], [rows]), { columns: true })).toEqual([
      { name: 'a "quoted", comma', count: '3', list: '["x"]' },
      { name: 'two\nlines', count: '', list: '[]' },
    ]);
  });

  it('writes a date as the plain text that the data has too', async () => {
    const rows = [{ at: new Date('2026-01-02T03:04:05.678Z'), left: -3 }];
    expect(await textOf(['at', 'left'], [rows])).toBe('at,left\r\n2026-01-02T03:04:05.678Z,-3\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@cmd', '\tx', '\rx', '\uFF1D1'])(
    'makes %j harmless to a spreadsheet',
    async formula => {
      const text = await textOf(['name'], [[{ name: formula }]]);
      expect(parse(text, { columns: true })).toEqual([{ name: `'${formula}` }]);
    },
  );

  it('has its head once, with rows in many batches or in none', async () => {
    expect(await textOf(['a'], [[], [{ a: 1 }], [], [{ a: 2 }]])).toBe('a\r\n1\r\n2\r\n');
    expect(await textOf(['a'], [])).toBe('a\r\n');
  });

  it('gives out nothing, the head neither, before its source has given something', async () => {
    async function* broken(): AsyncGenerator<object[]> {
      yield await Promise.reject(new Error('the source is gone'));
    }
    await expect(csv(['a'], broken()).next()).rejects.toThrow('the source is gone');
  });
});
