import Table from 'cli-table3';

export type Cell = string | number;

/** A table for a terminal or a log, without colours; numbers stand right. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const [sample = []] = rows;
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colAligns: head.map((_, column) => (typeof sample[column] === 'number' ? 'right' : 'left')),
  });
  table.push(...rows.map(row => row.map(cell => (typeof cell === 'number' ? formatNumber(cell) : cell))));
  return table.toString();
}

/** With thin groups of thousands and at most two decimals, the same in every locale. */
export const formatNumber = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 2 : 0 });
