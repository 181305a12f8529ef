import { expect, test } from 'vitest';
import { admitTenant } from '../../../src/domain/cell/admit.ts';
import type { CellProfile } from '../../../src/domain/cell/profile.ts';
import { codeOf } from '../../support/code-of.ts';

const place = { region: 'eu-central' };
const cell = (tenancy: CellProfile['tenancy']): CellProfile => ({
  ...{ region: 'eu-central', tenancy },
  stores: { log: place, keys: place, exports: place },
});

test.each([
  {
    title: 'a shared cell takes tenants of its region',
    cell: cell('shared'),
    region: 'eu-central',
    isEmpty: false,
    code: undefined,
  },
  {
    title: 'a dedicated cell takes its first tenant',
    cell: cell('dedicated'),
    region: 'eu-central',
    isEmpty: true,
    code: undefined,
  },
  {
    title: 'a dedicated cell takes no second one',
    cell: cell('dedicated'),
    region: 'eu-central',
    isEmpty: false,
    code: 'cell-dedicated',
  },
  {
    title: 'no cell takes tenants of another region',
    cell: cell('shared'),
    region: 'us-east',
    isEmpty: true,
    code: 'region-not-served',
  },
  {
    title: 'a cell without a profile takes anybody',
    cell: undefined,
    region: 'us-east',
    isEmpty: false,
    code: undefined,
  },
])('$title', ({ cell: profile, region, isEmpty, code }) => {
  expect(codeOf(() => admitTenant(profile, region, isEmpty))).toBe(code);
});
