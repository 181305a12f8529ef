import { expect, test } from 'vitest';
import { isLogOf, originOf } from '../../../src/domain/tlog/origin.ts';

const tenant = '7e000000-0000-4000-8000-000000000001';
const other = '7e000000-0000-4000-8000-000000000002';

test.each([1, 2, 9, 10, 21])(
  'generation %i of a log has a name of its own, and is its tenant’s',
  generation => {
    const name = originOf('log.example/eu', tenant, generation);
    expect(name === originOf('log.example/eu', tenant, generation + 1)).toBe(false);
    expect(isLogOf(name, tenant)).toBe(true);
    expect(isLogOf(name, other)).toBe(false);
  },
);

test.each([
  '',
  'log.example',
  `log.example${tenant}`,
  `log.example/${tenant}/1`,
  `log.example/${tenant}/02`,
  `${tenant}/x`,
])('a name like "%s" is of no log of the tenant', name => {
  expect(isLogOf(name, tenant)).toBe(false);
});
