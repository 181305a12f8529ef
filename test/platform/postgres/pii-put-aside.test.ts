import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresPutAside } from '../../../src/platform/postgres/pii-put-aside.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

let database: KeyDatabase;
beforeAll(async () => {
  database = await openKeyDatabase();
});
afterAll(() => database.close());

describe('what is put aside', () => {
  it('is of a tenant and in the order of the log, once however often it was put there', async () => {
    const aside = createPostgresPutAside(database);
    const [one = '', two = ''] = [randomUUID(), randomUUID()].sort();
    expect(await aside.tenants()).toEqual([]);
    await aside.add([]);
    await aside.add([
      { tenant: two, position: 9 },
      { tenant: one, position: 3_000_000_000 },
      { tenant: one, position: 4 },
    ]);
    await aside.add([{ tenant: one, position: 4 }]);
    expect(await aside.tenants()).toEqual([one, two]);
    expect(await aside.first(one, 10)).toEqual([4, 3_000_000_000]);
    expect(await aside.first(one, 1)).toEqual([4]);
    expect(await aside.count(one)).toBe(2);
    expect(await aside.count(randomUUID())).toBe(0);
  });

  it('leaves by tenant and position', async () => {
    const aside = createPostgresPutAside(database);
    const [tenant, other] = [randomUUID(), randomUUID()];
    await aside.add([tenant, other].flatMap(of => [1, 2].map(position => ({ tenant: of, position }))));
    await aside.remove(tenant, [1]);
    await aside.remove(tenant, [1]);
    await aside.remove(other, []);
    expect(await aside.first(tenant, 10)).toEqual([2]);
    expect(await aside.first(other, 10)).toEqual([1, 2]);
  });
});
