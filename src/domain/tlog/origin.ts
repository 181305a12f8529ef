/**
 * The name of a tenant's log: the first line of each of its checkpoints, and the name of its key. A log whose end was lost
 * goes on as another one: from the second generation on, the number stands at the end.
 */
export const originOf = (cell: string, tenant: string, generation: number): string =>
  `${cell}/${tenant}${generation === 1 ? '' : `/${generation}`}`;

/** Whether a name is that of a log of this tenant, of whatever generation. */
export const isLogOf = (name: string, tenant: string): boolean =>
  name.replace(/\/([2-9]|[1-9]\d+)$/, '').endsWith(`/${tenant}`);
